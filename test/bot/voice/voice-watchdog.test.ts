import { describe, expect, test } from "vitest";

import type { RecoveryStep } from "../../../src/bot/voice/voice-channel.ts";
import {
  createVoiceWatchdog,
  drySentences,
  heardCounts,
  type HearingCounts,
  type HearingStage,
  hearingStages,
  type WatchdogReport,
} from "../../../src/bot/voice/voice-watchdog.ts";
import { createWords } from "../../../src/explanations/words.ts";

/** A session second by second; `counts` may be changed between two of them. */
interface Session {
  readonly counts: { -readonly [Key in keyof HearingCounts]: HearingCounts[Key] };
  /** What each second brings, until told otherwise. */
  perSecond: Partial<Record<keyof HearingCounts, number>>;
  /** Goes on for so many seconds; the reports in which something is to be done or said, by second. */
  pass(
    seconds: number,
  ): { readonly second: number; readonly step?: RecoveryStep; readonly tell?: HearingStage }[];
  readonly last: WatchdogReport;
}

/** Everything of a good session in which one person talks all the time. */
const talking = {
  announcements: 1,
  packets: 50,
  heard: 50,
  clips: 0.2,
  calls: 0.2,
  answers: 0.2,
  captions: 0.2,
  posted: 0.2,
};

function session(): Session {
  const watchdog = createVoiceWatchdog();
  const zero = Object.fromEntries(Object.keys(talking).map((key) => [key, 0])) as typeof talking;
  let last: WatchdogReport = { stages: [], dry: undefined, step: undefined, tell: undefined };
  let second = 0;
  const one: Session = {
    counts: { nowMs: 1_000_000, permitted: true, connected: true, audible: 1, ...zero },
    perSecond: talking,
    get last() {
      return last;
    },
    pass(seconds) {
      const notes = [];
      for (let passed = 0; passed < seconds; passed++) {
        one.counts.nowMs += 1000;
        for (const key of Object.keys(talking) as (keyof typeof talking)[]) {
          one.counts[key] += one.perSecond[key] ?? 0;
        }
        const floor = Object.fromEntries(
          (Object.keys(talking) as (keyof typeof talking)[]).map((key) => [key, Math.floor(one.counts[key])]),
        );
        last = watchdog.observe({ ...one.counts, ...floor });
        second++;
        const { step, tell } = last;
        if (step || tell) notes.push({ second, ...(step && { step }), ...(tell && { tell }) });
      }
      return notes;
    },
  };
  return one;
}

const without = (...keys: (keyof typeof talking)[]): Session["perSecond"] =>
  Object.fromEntries(Object.entries(talking).filter(([key]) => !keys.includes(key as keyof typeof talking)));

const healthOf = (report: WatchdogReport, stage: HearingStage): string | undefined =>
  report.stages.find((one) => one.stage === stage)?.health;

test.each(hearingStages)("a dry %s has a sentence that says what helps, in every language", (stage) => {
  const words = createWords();
  for (const locale of ["en", "zh"] as const) {
    expect(words.say(locale, drySentences[stage]).length).toBeGreaterThan(20);
  }
});

describe("a good session", () => {
  test("flows through every stage, and nothing is to be done", () => {
    const good = session();
    expect(good.pass(600)).toEqual([]);
    expect(good.last.stages).toEqual(hearingStages.map((stage) => ({ stage, health: "flowing" })));
  });

  test("in which nobody speaks is idle, not dry", () => {
    const quiet = session();
    quiet.pass(20);
    quiet.perSecond = {};
    expect(quiet.pass(200)).toEqual([]);
    expect(healthOf(quiet.last, "packets")).toBe("idle");
    expect(quiet.last.dry).toBeUndefined();
  });
});

describe("the first dry stage is found, and told once:", () => {
  test.each<[HearingStage, (keyof typeof talking)[], number]>([
    ["speech", ["clips", "calls", "answers", "captions", "posted"], 30],
    ["quota", ["calls", "answers", "captions", "posted"], 20],
    ["recognizer", ["answers", "captions", "posted"], 30],
    ["posting", ["posted"], 20],
  ])("%s", (stage, missing, afterSeconds) => {
    const bad = session();
    bad.pass(60);
    bad.perSecond = without(...missing);
    const notes = bad.pass(300);
    expect(bad.last.dry).toBe(stage);
    expect(notes.map(({ tell }) => tell)).toEqual([stage]);
    // A clip, a call and a caption come every five seconds: that is how soon a lack can be seen.
    expect(notes[0]!.second).toBeGreaterThan(60 + afterSeconds - 5);
    expect(notes[0]!.second).toBeLessThanOrEqual(60 + afterSeconds + 12);
  });

  test("permission, at once and without any try to cure it", () => {
    const bad = session();
    bad.pass(10);
    bad.counts.permitted = false;
    expect(bad.pass(100)).toEqual([{ second: 11, tell: "permission" }]);
  });

  test("connection, after ten seconds; it is joined anew by itself", () => {
    const bad = session();
    bad.pass(10);
    bad.counts.connected = false;
    bad.perSecond = {};
    expect(bad.pass(100)).toEqual([{ second: 21, tell: "connection" }]);
  });
});

describe("sound that does not come", () => {
  test("is tried to be had five times, each a little more, and told after the second", () => {
    const bad = session();
    bad.pass(60);
    bad.perSecond = { announcements: 1 };
    expect(bad.pass(600)).toEqual([
      { second: 71, step: "resubscribe" },
      { second: 86, step: "rejoin", tell: "packets" },
      { second: 101, step: "reinitialize" },
      { second: 116, step: "reinitialize" },
      { second: 131, step: "reinitialize" },
    ]);
    expect(bad.last.dry).toBe("packets");
  });

  test("that cannot be decrypted is treated the same way", () => {
    const bad = session();
    bad.pass(60);
    bad.perSecond = { announcements: 1, packets: 50 };
    expect(bad.pass(600).flatMap(({ step = [] }) => step)).toEqual([
      "resubscribe",
      "rejoin",
      "reinitialize",
      "reinitialize",
      "reinitialize",
    ]);
    expect(bad.last.dry).toBe("decrypting");
  });

  test("is waited for while a few packets cannot be decrypted, as when keys change", () => {
    const bad = session();
    bad.pass(60);
    bad.perSecond = { packets: 5 };
    expect(bad.pass(9)).toEqual([]);
    bad.perSecond = talking;
    expect(bad.pass(60)).toEqual([]);
  });

  test("gets five tries again only after it came for a minute", () => {
    const bad = session();
    bad.perSecond = { announcements: 1 };
    bad.pass(300);
    bad.perSecond = talking;
    bad.pass(30);
    bad.perSecond = { announcements: 1 };
    expect(bad.pass(100)).toEqual([]);
    bad.perSecond = talking;
    bad.pass(90);
    bad.perSecond = { announcements: 1 };
    expect(bad.pass(100).length).toBe(5);
  });

  test("in a pause counts for nothing: a try that nobody answers is no success", () => {
    const bad = session();
    bad.perSecond = { announcements: 1 };
    bad.pass(300);
    bad.perSecond = {};
    bad.pass(200);
    bad.perSecond = { announcements: 1 };
    expect(bad.pass(100)).toEqual([]);
  });

  test("for five minutes while people could speak is asked for, quietly", () => {
    const quiet = session();
    quiet.pass(10);
    quiet.perSecond = {};
    expect(quiet.pass(700)).toEqual([
      { second: 310, step: "resubscribe" },
      { second: 610, step: "resubscribe" },
    ]);
  });

  test("where nobody is who could speak is no concern", () => {
    const empty = session();
    empty.pass(10);
    empty.perSecond = {};
    empty.counts.audible = 0;
    expect(empty.pass(700)).toEqual([]);
  });
});

test("counts that begin anew are no flow and no lack", () => {
  const again = session();
  again.pass(60);
  for (const key of Object.keys(talking) as (keyof typeof talking)[]) again.counts[key] = 0;
  again.perSecond = {};
  expect(again.pass(100)).toEqual([]);
  expect(again.last.dry).toBeUndefined();
});

test("packets of those who opted out, and packets without sound, are none to be heard", () => {
  const stats = {
    packets: 100,
    unheard: 30,
    padding: 20,
    heard: 45,
    announcements: 3,
    foreign: 9,
    keptPackets: 0,
    earlyPackets: 0,
    unattributed: 1,
    damaged: 1,
    undecryptable: 3,
    unencrypted: 0,
    rejoins: 0,
    resumes: 0,
    recoveries: 0,
    recoveriesRefused: 0,
    faults: 0,
    overflowed: 0,
  };
  expect(heardCounts(stats)).toEqual({ announcements: 3, packets: 50, heard: 45 });
});
