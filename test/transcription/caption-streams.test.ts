import { afterAll, beforeAll, expect, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { RecognizerError } from "../../src/recognizers/errors.ts";
import type { Recognition } from "../../src/recognizers/recognizer.ts";
import type { StreamingRecognizer } from "../../src/recognizers/streaming-recognizer.ts";
import { humanSpeech, type SpokenText } from "../../src/sandbox/speech.ts";
import type { CaptionLimits } from "../../src/transcription/caption.ts";
import type { Interim } from "../../src/transcription/caption-streams.ts";
import { saidIn, scriptedRecognizer, type ScriptedRecognizer } from "./scripted-recognizer.ts";
import { type Line, setVoiceScene, type VoiceScene } from "./voice-scene.ts";

let detector: VoiceActivityDetector;
let prompts: readonly SpokenText[] = [];

beforeAll(async () => {
  detector = await createSileroDetector();
  const speech = await humanSpeech({ limit: 40, maxSeconds: 4 });
  prompts = speech.filter(({ speaker }) => speaker === "allison");
});
afterAll(() => detector.close());

/** A stream as the service saw it. */
interface Seen {
  readonly sound: number[];
  state: "open" | "ended" | "given up";
}

interface Streaming extends StreamingRecognizer {
  readonly seen: readonly Seen[];
}

/** Understands a word for every half second of sound. */
function streaming(
  answer: (text: string) => Promise<Recognition> = async (text) => Promise.resolve({ text, confidence: 0.8 }),
  free = 10,
): Streaming {
  const seen: Seen[] = [];
  const textOf = ({ sound }: Seen): string => `streamed ${Math.floor(sound.length / 8000)}`;
  return {
    name: "streaming",
    sampleRate: 16_000,
    free,
    seen,
    open({ signal, onInterim }) {
      const one: Seen = { sound: [], state: "open" };
      seen.push(one);
      signal.addEventListener("abort", () => (one.state = "given up"));
      return {
        push(samples) {
          const before = textOf(one);
          for (const sample of samples) one.sound.push(sample);
          if (textOf(one) !== before) onInterim(textOf(one));
        },
        async end() {
          one.state = "ended";
          return answer(textOf(one));
        },
      };
    },
  };
}

function dialogue(): readonly Line[] {
  const lines = [500, 1300, 7000, 12_000].map((startMs, index) => {
    const spoken = prompts[index];
    if (!spoken) throw new RangeError("there are not so many prompts");
    return { speakerId: index % 2 === 0 ? "ada" : "ben", startMs, spoken };
  });
  return lines;
}
const dialogueSaid = (): string[] =>
  dialogue().map(({ speakerId, spoken }) => `${speakerId}: ${spoken.text}`);
const said = ({ given }: VoiceScene): string[] => given.map(({ speakerId, text }) => `${speakerId}: ${text}`);

interface Played {
  readonly scene: VoiceScene;
  readonly recognizer: ScriptedRecognizer;
  readonly interims: readonly Interim[];
}

async function play(
  streams: Streaming | undefined,
  limits: Partial<CaptionLimits> = {},
  during: (scene: VoiceScene) => void = () => undefined,
): Promise<Played> {
  const interims: Interim[] = [];
  const made: ScriptedRecognizer[] = [];
  const scene = await setVoiceScene(dialogue(), {
    detector,
    recognizer(one) {
      const recognizer = scriptedRecognizer(
        (clip, { turn: { memberId } }) => ({ text: saidIn(clip, one.partsOf(memberId)), confidence: 0.9 }),
        { maxClipMs: 30_000 },
      );
      made.push(recognizer);
      return recognizer;
    },
    ...(streams === undefined ? {} : { streaming: streams }),
    limits,
  });
  scene.captions.onInterim((interim) => void interims.push(interim));
  await scene.playTo(2000);
  during(scene);
  await scene.playTo(19_000);
  await scene.end();
  const [recognizer] = made;
  if (!recognizer) throw new Error("nobody asked for a recognizer");
  return { scene, recognizer, interims };
}

test("speech goes out while it is spoken, and its clips are not sent again", async () => {
  const streams = streaming();
  const { scene, recognizer, interims } = await play(streams);
  expect(recognizer.clips).toEqual([]);
  expect(streams.seen.map(({ state }) => state)).toEqual(["ended", "ended", "ended", "ended"]);
  expect(said(scene)).toHaveLength(4);
  for (const { text, confidence } of scene.given)
    expect([text, confidence]).toEqual([expect.stringMatching(/^streamed \d+$/), 0.8]);
  expect(interims.slice(0, 2)).toEqual([
    { speakerId: "ada", text: "streamed 1" },
    { speakerId: expect.any(String) as string, text: expect.stringMatching(/^streamed [12]$/) as string },
  ]);
});

test("a stream brings exactly the sound of its clip, and a pause behind it", async () => {
  const streams = streaming();
  const [, { recognizer }] = await Promise.all([play(streams), play(undefined)]);
  const clips = recognizer.clips.map(({ samples }) => [...samples]);
  expect(clips).toHaveLength(4);
  const inOrder = streams.seen.toSorted((one, other) => one.sound.length - other.sound.length);
  for (const [index, clip] of clips.toSorted((one, other) => one.length - other.length).entries()) {
    const { sound = [] } = inOrder[index] ?? {};
    expect(sound.slice(0, clip.length)).toEqual(clip);
    expect(sound.length - clip.length).toBeLessThan(16 * 1300);
  }
});

test("where a stream fails, its clip is sent, and no word is lost", async () => {
  const failure = new RecognizerError("away", {
    kind: "unavailable",
    code: "NETWORK.SOCKET",
    retryable: true,
  });
  const { scene, recognizer } = await play(streaming(() => Promise.reject(failure)));
  expect(said(scene)).toEqual(dialogueSaid());
  expect(recognizer.clips).toHaveLength(4);
  expect(scene.captions.stats).toMatchObject({ failures: 4, lastFailure: "NETWORK.SOCKET", gaps: 0 });
});

test("where no stream is free, clips are sent", async () => {
  const streams = streaming(undefined, 0);
  const { scene } = await play(streams);
  expect(streams.seen).toEqual([]);
  expect(said(scene)).toEqual(dialogueSaid());
});

test("a clip that is cut in the middle of speech is sent itself: its stream has heard more", async () => {
  const streams = streaming();
  const { recognizer, scene } = await play(streams, { maxLiveClipMs: 1500 });
  const givenUp = streams.seen.filter(({ state }) => state === "given up");
  expect(givenUp.length).toBeGreaterThan(0);
  expect(recognizer.clips.length).toBeGreaterThanOrEqual(givenUp.length);
  expect(scene.captions.stats.gaps).toBe(0);
});

test("what came to nothing is taken back", async () => {
  const { interims } = await play(streaming(() => Promise.resolve({ text: "" })));
  expect(interims.at(-1)).toEqual({ speakerId: "ben", text: "" });
});

test("whoever is forgotten is not streamed any longer", async () => {
  const streams = streaming();
  const { scene } = await play(streams, {}, (one) => one.captions.forget("ada"));
  expect(streams.seen[0]?.state).toBe("given up");
  expect(said(scene)[0]).toMatch(/^ben: /);
});
