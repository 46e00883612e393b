import { beforeAll, expect, test } from "vitest";

import { compareWords } from "./listen/compare.ts";
import { listenAtOnce, type ListenReport } from "./listen/listen.ts";
import type { TalkStage } from "./talk-stage.ts";

test("words are compared one by one: replaced, left out and added", () => {
  const said = ["alpha", "bravo", "charlie", "delta"];
  expect(compareWords(said, ["alpha", "golf", "charlie"])).toEqual({
    fates: ["right", "misheard", "right", "missing"],
    places: [0, 1, 2],
    remarks: [
      { said: 1, text: 'bravo heard as golf, in "… alpha golf charlie …"' },
      { said: 3, text: 'delta is missing, in "… alpha golf charlie …"' },
    ],
  });
  expect(compareWords(said, ["alpha", "alpha", "bravo", "charlie", "delta"])).toMatchObject({
    fates: ["right", "right", "right", "right"],
    places: [undefined, 0, 1, 2, 3],
  });
});

const within = 600_000;
const away = ({ sis }: TalkStage): void => sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
const back = ({ sis }: TalkStage): void => sis.clearFaults();

/** At the same time: silence sends no packets, so turns cannot be shorter than they are. */
let reports: readonly Promise<ListenReport>[] = [];
const report = async (index: number): Promise<ListenReport> => {
  const one = await reports[index];
  if (!one) throw new Error("there is no such talk");
  return one;
};

beforeAll(async () => {
  reports = await listenAtOnce([
    { seconds: 90, seed: 1 },
    { seconds: 40, seed: 2, people: 4, impairment: {}, churn: true },
    {
      seconds: 75,
      seed: 3,
      people: 2,
      impairment: {},
      events: [
        { atMs: 6000, act: away },
        { atMs: 66_000, act: back },
      ],
    },
  ]);
  // Each is awaited by its own test.
  for (const one of reports) one.catch(() => undefined);
}, within);

test(
  "of what two to six people say over a network that loses 5 % every word is captioned, in order, once",
  async () => {
    const heard = await report(0);
    expect(heard).toMatchObject({ speakers: 6, missing: 0, outOfOrder: 0, exitCode: 0 });
    expect(heard.words).toBeGreaterThan(200);
    // What stands in for lost sound may sound like another word, or like none.
    expect(heard.spoilt + heard.misheard + heard.extra).toBeLessThanOrEqual(heard.words / 100);
    expect(heard.lostByNetwork).toBeGreaterThan(heard.packets / 25);
    // Timers of a busy machine make some packets later than they were to be: none but these is lost.
    expect(heard.lostByBot).toBeLessThanOrEqual(heard.lostByNetwork + heard.late);
  },
  within,
);

test(
  "people who come, leave, come back and change their ssrc, and so keys that change in mid-speech, cost no word",
  async () => {
    const heard = await report(1);
    expect(heard).toMatchObject({ speakers: 4, spoilt: 0, missing: 0, late: 0, exitCode: 0 });
    expect(heard.misheard + heard.extra).toBeLessThanOrEqual(1);
  },
  within,
);

test(
  "what is said while the recognizer is away for a minute is filled in late, every word of everybody once",
  async () => {
    const heard = await report(2);
    expect(heard).toMatchObject({ spoilt: 0, misheard: 0, missing: 0, extra: 0, exitCode: 0 });
  },
  within,
);
