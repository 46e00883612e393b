import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { RecognizerError } from "../../src/recognizers/errors.ts";
import type { Recognition, ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";
import { joinSpeech } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech, type SpokenText } from "../../src/sandbox/speech.ts";
import { saidIn, scriptedRecognizer, untilAborted } from "./scripted-recognizer.ts";
import { type Line, setVoiceScene, type VoiceScene } from "./voice-scene.ts";

let detector: VoiceActivityDetector;
let prompts: readonly SpokenText[] = [];

beforeAll(async () => {
  detector = await createSileroDetector();
  const speech = await humanSpeech({ limit: 40, maxSeconds: 4 });
  prompts = speech.filter(({ speaker }) => speaker === "allison");
});
afterAll(() => detector.close());

function prompt(index: number): SpokenText {
  const found = prompts[index];
  if (!found) throw new RangeError("there are not so many prompts");
  return found;
}

const longClips = { maxClipMs: 30_000 };

/** Hears what was said in a clip, and answers after a while of the scene's time. */
function listener(
  scene: VoiceScene,
  answersIn: (speakerId: string) => number = () => 800,
): ReturnType<typeof scriptedRecognizer> {
  return scriptedRecognizer(async (clip, { turn: { memberId } }): Promise<Recognition> => {
    const text = saidIn(clip, scene.partsOf(memberId));
    await scene.until(scene.nowMs() + answersIn(memberId));
    return { text, confidence: 0.9 };
  }, longClips);
}

const said = ({ given }: VoiceScene): string[] =>
  given.map(({ speakerId, text, gap }) => `${speakerId}: ${gap ? `(${gap.reason})` : text}`);

/** Two speakers, the second begins while the first still speaks, then they take turns. */
function dialogue(): readonly Line[] {
  return [
    { speakerId: "ada", startMs: 500, spoken: prompt(0) },
    { speakerId: "ben", startMs: 1300, spoken: prompt(1) },
    { speakerId: "ada", startMs: 7000, spoken: prompt(2) },
    { speakerId: "ben", startMs: 12_000, spoken: prompt(3) },
  ];
}
const dialogueSaid = (): string[] => [
  `ada: ${prompt(0).text}`,
  `ben: ${prompt(1).text}`,
  `ada: ${prompt(2).text}`,
  `ben: ${prompt(3).text}`,
];

test("speakers who speak partly at once are captioned in the order in which they began", async () => {
  const scene = await setVoiceScene(dialogue(), { detector, recognizer: (one) => listener(one) });
  await scene.playTo(19_000);
  expect(said(scene)).toEqual(dialogueSaid());
  await scene.end();
});

test("an earlier speaker whose words take longer is waited for", async () => {
  const scene = await setVoiceScene(dialogue(), {
    detector,
    recognizer: (one) => listener(one, (speakerId) => (speakerId === "ada" ? 4000 : 100)),
  });
  await scene.playTo(19_000);
  expect(said(scene)).toEqual(dialogueSaid());
  await scene.end();
});

test("but not for ever", async () => {
  const scene = await setVoiceScene(dialogue(), {
    detector,
    recognizer: (one) =>
      scriptedRecognizer(
        (clip, { turn: { memberId }, signal }) =>
          memberId === "ada"
            ? untilAborted(signal)
            : { text: saidIn(clip, one.partsOf(memberId)), confidence: 0.9 },
        longClips,
      ),
    limits: { maxHoldMs: 3000 },
  });
  await scene.playTo(12_000);
  expect(said(scene)).toEqual([`ben: ${prompt(1).text}`]);
  await scene.end(0);
});

test("captions carry the session's times of the speech and its score", async () => {
  const scene = await setVoiceScene(dialogue(), { detector, recognizer: (one) => listener(one) });
  await scene.playTo(19_000);
  await scene.end();
  for (const [index, line] of dialogue().entries()) {
    const { startMs, endMs, confidence } = scene.given[index]!;
    expect(Math.abs(startMs - line.startMs)).toBeLessThan(500);
    expect(Math.abs(endMs - line.startMs - line.spoken.samples.length / 16)).toBeLessThan(700);
    expect(confidence).toBe(0.9);
  }
});

test("the delay from the end of a turn is its pause, the recognizer's time and little more", async () => {
  const scene = await setVoiceScene([{ speakerId: "ada", startMs: 0, spoken: prompt(0) }], {
    detector,
    recognizer: (one) => listener(one),
  });
  await scene.playTo(8000);
  expect(scene.captions.stats.lastDelayMs).toBeLessThanOrEqual(1200 + 800 + 150);
  await scene.end();
});

function outage(scene: VoiceScene, fromMs: number, untilMs: number): ScheduledRecognizer {
  const hears = listener(scene, () => 300);
  return {
    ...hears,
    async recognize(clip, call) {
      const isAway = scene.nowMs() >= fromMs && scene.nowMs() < untilMs;
      if (!isAway) return await hears.recognize(clip, call);
      throw new RecognizerError("away", { kind: "unavailable", code: "HTTP.503", retryable: true });
    },
  };
}
const manyLines = (): readonly Line[] =>
  Array.from({ length: 16 }, (_, index) => ({
    speakerId: index % 2 === 0 ? "ada" : "ben",
    startMs: index * 5000,
    spoken: prompt(index),
  }));

describe("while the recognizer is away for a minute", () => {
  test("everything said meanwhile is filled in late, in order, once", async () => {
    const scene = await setVoiceScene(manyLines(), {
      detector,
      recognizer: (one) => outage(one, 9000, 69_000),
    });
    await scene.playTo(95_000);
    const bySpeaker = (speakerId: string): string =>
      scene.given
        .filter((caption) => caption.speakerId === speakerId)
        .map(({ text }) => text)
        .join(" ");
    for (const speakerId of ["ada", "ben"])
      expect(bySpeaker(speakerId)).toBe(
        scene
          .partsOf(speakerId)
          .map(({ text }) => text)
          .join(" "),
      );
    expect(scene.given.filter(({ gap }) => gap)).toEqual([]);
    const starts = scene.given.map(({ startMs }) => startMs);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    await scene.end();
  });

  test("what became too old is marked with its length and reason, and the rest goes on", async () => {
    const scene = await setVoiceScene(manyLines(), {
      detector,
      recognizer: (one) => outage(one, 9000, 69_000),
      limits: { maxAgeMs: 20_000 },
    });
    await scene.playTo(95_000);
    await scene.end();
    const gaps = scene.given.filter(({ gap }) => gap);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { gap, startMs, endMs } of gaps) {
      expect(gap).toEqual({ reason: "service-unavailable", code: "HTTP.503" });
      expect(endMs).toBeGreaterThan(startMs);
    }
    expect(said(scene).at(-1)).toBe(`ben: ${prompt(15).text}`);
  });
});

test("what the service will never take is a gap with the service's code", async () => {
  const scene = await setVoiceScene([{ speakerId: "ada", startMs: 0, spoken: prompt(0) }], {
    detector,
    recognizer: () =>
      scriptedRecognizer(() => {
        throw new RecognizerError("no", { kind: "rejected", code: "SIS.0032", retryable: false });
      }, longClips),
  });
  await scene.playTo(8000);
  expect(scene.given.map(({ gap }) => gap)).toEqual([{ reason: "service-rejected", code: "SIS.0032" }]);
  await scene.end();
});

test("of whoever is forgotten nothing more is sent or given, and their call is aborted", async () => {
  let hears: ReturnType<typeof listener> | undefined;
  const scene = await setVoiceScene(dialogue(), {
    detector,
    recognizer: (one) => (hears = listener(one, () => 2000)),
  });
  await scene.playTo(3500);
  scene.captions.forget("ada");
  await scene.playTo(11_000);
  scene.captions.forget("ada");
  await scene.playTo(19_000);
  expect(said(scene)).toEqual([`ben: ${prompt(1).text}`, `ben: ${prompt(3).text}`]);
  expect(hears?.inFlight()).toBe(0);
  await scene.end();
});

test("whoever leaves in the middle of a sentence is captioned up to there", async () => {
  const scene = await setVoiceScene([{ speakerId: "ada", startMs: 0, spoken: prompt(0) }], {
    detector,
    recognizer: () => scriptedRecognizer(() => ({ text: "the beginning" })),
  });
  await scene.playTo(Math.floor(prompt(0).samples.length / 32));
  await scene.captions.left("ada");
  await scene.end();
  expect(said(scene)).toEqual(["ada: the beginning"]);
});

test("what is under way when the session ends is waited for, and what takes too long is marked", async () => {
  const scene = await setVoiceScene(dialogue().slice(0, 2), {
    detector,
    recognizer: () =>
      scriptedRecognizer(
        (_, { turn: { memberId }, signal }) =>
          memberId === "ada" ? { text: "in time" } : untilAborted(signal),
        longClips,
      ),
  });
  await scene.playTo(3500);
  await scene.end(50);
  expect(said(scene)).toEqual(["ada: in time", "ben: (stopped)"]);
});

test("somebody who never pauses is cut into clips whose words come once each", async () => {
  const monologue = joinSpeech(prompts.slice(0, 10), { seed: 3, pauseMs: [0, 0] });
  const scene = await setVoiceScene([{ speakerId: "ada", startMs: 0, spoken: monologue }], {
    detector,
    recognizer: () =>
      scriptedRecognizer((clip) => ({ text: saidIn(clip, monologue.parts), confidence: 0.8 }), {
        maxClipMs: 30_000,
      }),
  });
  await scene.playTo(monologue.samples.length / 16 + 3000);
  await scene.end();
  expect(scene.given.length).toBeGreaterThan(2);
  expect(scene.given.map(({ text }) => text).join(" ")).toBe(monologue.text);
});
