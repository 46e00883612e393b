import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { waveFile } from "../../src/audio/wave-file.ts";
import { RecognizerError } from "../../src/recognizers/errors.ts";
import { joinSpeech, type LongRecording, noise, tone } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech, type SpokenText } from "../../src/sandbox/speech.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { TranscriptionError } from "../../src/transcription/errors.ts";
import { createTranscriber, type TranscriberOptions } from "../../src/transcription/transcribe.ts";
import type { RecognizedClip, TranscribeOptions } from "../../src/transcription/transcriber.ts";
import type { Transcript } from "../../src/transcription/transcript.ts";
import { temporaryFolder } from "../audio/samples.ts";
import { saidIn, scriptedRecognizer, untilAborted, wordsIn } from "./scripted-recognizer.ts";

const folder = temporaryFolder();
let detector: VoiceActivityDetector;
/** One human sentence of some seconds, with a second of silence before and after it. */
let note: { readonly spoken: SpokenText; readonly path: string };
/** Human sentences by two speakers, most of a minute. */
let talk: { readonly spoken: LongRecording; readonly path: string };

async function noteFile(name: string, samples: Int16Array): Promise<string> {
  return folder.file(name, (await encodeVoiceNote(samples)).bytes);
}

beforeAll(async () => {
  detector = await createSileroDetector();
  const spoken = await humanSpeech({ minWords: 6, maxSeconds: 6, limit: 5 });
  const [first] = spoken;
  if (first === undefined) throw new Error("There is no human speech");
  const silence = noise(1000, -66, 1);
  const samples = Int16Array.from([...silence, ...first.samples, ...silence]);
  note = { spoken: first, path: await noteFile("note.ogg", samples) };
  const joined = joinSpeech(spoken, { seed: 7, pauseMs: [400, 1500] });
  talk = { spoken: joined, path: await noteFile("talk.ogg", joined.samples) };
});

afterAll(async () => {
  await detector.close();
  folder[Symbol.dispose]();
});

async function transcribe(
  path: string,
  parts: Omit<TranscriberOptions, "detector"> & Partial<TranscriberOptions>,
  options: Partial<TranscribeOptions> = {},
): Promise<Transcript> {
  return createTranscriber({ detector, ...parts }).transcribe(path, {
    signal: new AbortController().signal,
    turn: { lane: "note", guildId: "1", memberId: "2" },
    maxDurationMs: 7_200_000,
    ...options,
  });
}

/** Recognizes what the talk's parts say. */
function listener(options: Parameters<typeof scriptedRecognizer>[1] = {}) {
  return scriptedRecognizer(
    (clip) => ({ text: saidIn(clip, talk.spoken.parts), confidence: 0.9, requestId: `r${clip.index}` }),
    options,
  );
}

describe("a note that fits one clip", () => {
  test("is one request, from shortly before the speech to the end", async () => {
    const recognizer = scriptedRecognizer(() => ({ text: "Hello there.", confidence: 0.8, requestId: "r" }));
    const transcript = await transcribe(note.path, { recognizer });
    const speechMs = note.spoken.samples.length / 16;
    const [clip] = recognizer.clips;
    expect(recognizer.clips).toHaveLength(1);
    expect(clip?.pieces[0]?.startMs).toBeGreaterThan(500);
    expect(clip?.pieces[0]?.startMs).toBeLessThan(1100);
    expect(
      Math.abs((clip?.samples.length ?? 0) / 16 + (clip?.pieces[0]?.startMs ?? 0) - speechMs - 2000),
    ).toBeLessThan(1);
    expect(transcript).toMatchObject({
      text: "Hello there.",
      confidence: 0.8,
      recognizer: "sis",
      requests: 1,
      lostMs: 0,
      cutShort: false,
    });
    expect(transcript.durationMs).toBe(Math.round(speechMs + 2000));
  });

  test("has its words where somebody speaks, marked as estimated", async () => {
    const recognizer = scriptedRecognizer(() => ({ text: "Hello there." }));
    const { segments } = await transcribe(note.path, { recognizer });
    const speechMs = note.spoken.samples.length / 16;
    expect(segments).toMatchObject([
      { text: "Hello there.", estimated: true, confidence: null, requestId: null },
    ]);
    expect(segments[0]?.startMs).toBeGreaterThan(800);
    expect(segments[0]?.endMs).toBeLessThan(1300 + speechMs);
  });

  test("has its words where the recognizer says, in recording time", async () => {
    const recognizer = scriptedRecognizer(() => ({
      text: "Hello",
      words: [{ text: "hello", startMs: 1000, endMs: 1400 }],
    }));
    const { segments } = await transcribe(note.path, { recognizer });
    const startMs = recognizer.clips[0]?.pieces[0]?.startMs ?? 0;
    expect(segments).toMatchObject([{ startMs: startMs + 1000, endMs: startMs + 1400, estimated: false }]);
  });

  test("is sent at the first speech: the rest is not listened to before", async () => {
    const sent = Promise.withResolvers<void>();
    let framesBeforeSending = 0;
    const patient: VoiceActivityDetector = {
      ...detector,
      open(sampleRate) {
        const stream = detector.open(sampleRate);
        let spoken = false;
        return {
          ...stream,
          async push(samples) {
            // Once there was clear speech, nothing more is heard until the clip is sent.
            if (spoken) await sent.promise;
            const frames = await stream.push(samples);
            framesBeforeSending += frames.length;
            spoken = frames.every((frame) => frame.probability > 0.5) || spoken;
            return frames;
          },
        };
      },
    };
    const recognizer = scriptedRecognizer(() => {
      sent.resolve();
      return { text: `after ${framesBeforeSending} frames` };
    });
    const { text } = await transcribe(note.path, { recognizer, detector: patient });
    expect(text).toMatch(/^after \d+ frames$/u);
    expect(framesBeforeSending * detector.frameMs).toBeGreaterThan(note.spoken.samples.length / 16);
  });

  test("goes at 8 kHz to a recognizer that takes 8 kHz", async () => {
    const recognizer = scriptedRecognizer(() => ({ text: "Hello" }), { sampleRate: 8000 });
    await transcribe(note.path, { recognizer });
    const [clip] = recognizer.clips;
    expect(clip?.sampleRate).toBe(8000);
    expect(clip?.samples).toHaveLength((clip?.pieces[0]?.durationMs ?? 0) * 8);
  });
});

describe("without speech", () => {
  test.each([
    ["silence", () => new Int16Array(16_000 * 5)],
    ["noise", () => noise(5000, -30, 1)],
    ["a tone", () => tone(5000, 440)],
    ["noise longer than a clip", () => noise(40_000, -40, 1)],
  ])("%s costs no request and gives an empty transcript", async (_, samples) => {
    const path = await noteFile("empty.ogg", samples());
    const recognizer = scriptedRecognizer(() => ({ text: "dog" }));
    expect(await transcribe(path, { recognizer })).toMatchObject({
      text: "",
      confidence: null,
      segments: [],
      requests: 0,
    });
    expect(recognizer.clips).toEqual([]);
  });
});

describe("a recording longer than a clip", () => {
  test("is cut into clips that fit, and its words come back in order", async () => {
    const recognizer = listener();
    const transcript = await transcribe(talk.path, { recognizer });
    expect(recognizer.clips.length).toBeGreaterThan(4);
    for (const clip of recognizer.clips) expect(clip.samples.length).toBeLessThanOrEqual(9 * 16_000);
    expect(transcript.text).toBe(talk.spoken.text);
    expect(transcript.requests).toBe(recognizer.clips.length);
  });

  test("has its words at the times of the recording", async () => {
    const { parts } = talk.spoken;
    const recognizer = scriptedRecognizer((clip) => ({
      text: saidIn(clip, parts),
      words: wordsIn(clip, parts),
    }));
    const { segments } = await transcribe(talk.path, { recognizer });
    const words = segments.flatMap((segment) => segment.words ?? []);
    for (const { text, startMs, endMs } of parts) {
      const own = words.splice(0, text.split(" ").length);
      expect(own[0]?.startMs).toBeGreaterThanOrEqual(Math.round(startMs));
      expect(own.at(-1)?.endMs).toBeLessThanOrEqual(Math.round(endMs));
      expect(own.map((word) => word.text).join(" ")).toBe(text);
    }
  });

  test("is in order even where the answers are not", async () => {
    const plan = listener();
    await transcribe(talk.path, { recognizer: plan });
    const last = plan.clips.length - 1;
    let waiting: (() => void)[] = [];
    const recognizer = scriptedRecognizer(async (clip) => {
      // Of each three, the last to come is the first to be answered.
      const answered = new Promise<void>((resolve) => waiting.unshift(resolve));
      if (clip.index % 3 === 2 || clip.index === last) {
        for (const answer of waiting) answer();
        waiting = [];
      }
      await answered;
      return { text: saidIn(clip, talk.spoken.parts) };
    });
    expect((await transcribe(talk.path, { recognizer })).text).toBe(talk.spoken.text);
  });

  test("has no more clips in flight than allowed", async () => {
    const recognizer = scriptedRecognizer(async () => {
      await new Promise(setImmediate);
      return { text: "yes" };
    });
    await transcribe(talk.path, { recognizer, clipsInFlight: 2 });
    expect(recognizer.mostInFlight()).toBe(2);
  });

  test.each(["in the process", "by ffmpeg"])(
    "gives the same clips whether its samples are kept or decoded again %s",
    async (decoded) => {
      const path =
        decoded === "by ffmpeg" ? folder.file("talk.wav", waveFile(talk.spoken.samples, 16_000)) : talk.path;
      const kept = listener();
      const again = listener();
      await transcribe(path, { recognizer: kept });
      await transcribe(path, { recognizer: again, keepSamplesMs: 0 });
      expect(again.clips.length).toBeGreaterThan(0);
      expect(again.clips).toEqual(kept.clips);
    },
  );

  test("tells its progress clip by clip", async () => {
    const seen: string[] = [];
    const recognizer = listener();
    await transcribe(
      talk.path,
      { recognizer },
      { onProgress: ({ clipsDone, clips }) => seen.push(`${clipsDone}/${clips}`) },
    );
    const clips = recognizer.clips.length;
    expect(seen).toEqual(Array.from({ length: clips + 1 }, (_, done) => `${done}/${clips}`));
  });

  test("counts every request, retries included, and passes failed attempts on", async () => {
    const attempts: string[] = [];
    const recognizer = scriptedRecognizer((clip, call) => {
      if (clip.index === 1) {
        call.onFailedAttempt?.({
          attempt: 1,
          code: "SIS.0303",
          httpStatus: 429,
          requestId: "q",
          nextTryInMs: 0,
        });
        call.onRequest?.();
      }
      return { text: "yes" };
    });
    const { requests } = await transcribe(
      talk.path,
      { recognizer },
      { onFailedAttempt: ({ code }) => attempts.push(code) },
    );
    expect(requests).toBe(recognizer.clips.length + 1);
    expect(attempts).toEqual(["SIS.0303"]);
  });
});

describe("a run that goes on where another stopped", () => {
  const refusal = new RecognizerError("down", { kind: "unavailable", code: "HTTP.502", retryable: true });

  /** Runs until the third clip fails; gives the clips that were recognized. */
  async function interrupted(): Promise<RecognizedClip[]> {
    const known: RecognizedClip[] = [];
    const recognizer = scriptedRecognizer((clip) => {
      if (clip.index === 2) throw refusal;
      return { text: saidIn(clip, talk.spoken.parts), confidence: 0.9, requestId: `r${clip.index}` };
    });
    const work = transcribe(
      talk.path,
      { recognizer, clipsInFlight: 1 },
      { onClip: (clip) => void known.push(clip) },
    );
    await expect(work).rejects.toThrow("down");
    return known;
  }

  test("sends only what is not known, and ends with the same transcript", async () => {
    const known = await interrupted();
    expect(known.map((clip) => clip.index)).toEqual([0, 1]);
    const whole = await transcribe(talk.path, { recognizer: listener() });
    const recognizer = listener();
    const stored = JSON.parse(JSON.stringify(known)) as RecognizedClip[];
    const rest = await transcribe(talk.path, { recognizer }, { known: stored });
    expect(recognizer.clips.map((clip) => clip.index)).not.toContain(0);
    expect(recognizer.clips.map((clip) => clip.index)).not.toContain(1);
    expect(rest).toEqual({ ...whole, requests: whole.requests - 2 });
  });

  test("sends everything again where the clips are others now", async () => {
    const known = await interrupted();
    const recognizer = listener({ maxClipMs: 7000 });
    const { requests, text } = await transcribe(talk.path, { recognizer }, { known });
    expect(requests).toBe(recognizer.clips.length);
    expect(text).toBe(talk.spoken.text);
  });

  test.each([
    ["another recognizer", { name: "tencent", identity: "tencent" }],
    ["the same one with other settings", { identity: "sis:vocabulary" }],
  ])("sends everything again to %s", async (_, other) => {
    const known = await interrupted();
    const recognizer = listener(other);
    await transcribe(talk.path, { recognizer }, { known });
    expect(recognizer.clips.map((clip) => clip.index)).toContain(0);
  });

  test("sends nothing where the one clip is known", async () => {
    const known: RecognizedClip[] = [];
    const first = scriptedRecognizer(() => ({ text: "Hello", confidence: 0.7 }));
    const whole = await transcribe(
      note.path,
      { recognizer: first },
      { onClip: (clip) => void known.push(clip) },
    );
    const second = scriptedRecognizer(() => ({ text: "Other" }));
    expect(await transcribe(note.path, { recognizer: second }, { known })).toEqual({ ...whole, requests: 0 });
    expect(second.clips).toEqual([]);
  });
});

describe("onClip", () => {
  test("is awaited before the transcript is given", async () => {
    let stored = 0;
    const onClip = async (): Promise<void> => {
      await new Promise(setImmediate);
      stored += 1;
    };
    const recognizer = listener();
    await transcribe(talk.path, { recognizer }, { onClip });
    expect(stored).toBe(recognizer.clips.length);
  });

  test("ends the work with its own error where it fails", async () => {
    const full = new Error("the store is full");
    const work = transcribe(talk.path, { recognizer: listener() }, { onClip: () => Promise.reject(full) });
    await expect(work).rejects.toBe(full);
  });
});

describe("a clip that fails", () => {
  const locked = new RecognizerError("refused", {
    kind: "rejected",
    code: "SIS.0032",
    retryable: false,
    httpStatus: 400,
    requestId: "trace-1",
    retryAfterMs: 2000,
  });

  test("is told as a TranscriptionError with the service's code, and its cause", async () => {
    const recognizer = scriptedRecognizer(() => Promise.reject(locked));
    const error: unknown = await transcribe(note.path, { recognizer }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TranscriptionError);
    expect(error).toMatchObject({
      reason: "service-rejected",
      code: "SIS.0032",
      httpStatus: 400,
      traceId: "trace-1",
      retryable: false,
      retryAfterMs: 2000,
      cause: locked,
    });
  });

  test("ends the others: all calls are aborted and settled when the error arrives", async () => {
    const recognizer = scriptedRecognizer(async (clip, { signal }) => {
      if (clip.index < 3) return untilAborted(signal);
      throw locked;
    });
    await expect(transcribe(talk.path, { recognizer })).rejects.toMatchObject({ reason: "service-rejected" });
    expect(recognizer.clips.length).toBeGreaterThanOrEqual(4);
    expect(recognizer.inFlight()).toBe(0);
  });

  test("leaves what others recognized told to onClip", async () => {
    const told: number[] = [];
    const recognizer = scriptedRecognizer(async (clip) => {
      if (clip.index === 3) throw locked;
      return { text: "yes" };
    });
    const onClip = (clip: RecognizedClip): void => void told.push(clip.index);
    await expect(transcribe(talk.path, { recognizer, clipsInFlight: 1 }, { onClip })).rejects.toThrow(
      "refused",
    );
    expect(told).toEqual([0, 1, 2]);
  });
});

describe("an abort", () => {
  test.each([
    ["a note", () => note.path],
    ["a long recording", () => talk.path],
  ])("while %s is recognized comes back as it is, with nothing in flight", async (_, path) => {
    const controller = new AbortController();
    const reason = new Error("the message was deleted");
    const recognizer = scriptedRecognizer(async (_clip, { signal }) => {
      setImmediate(() => controller.abort(reason));
      return untilAborted(signal);
    });
    await expect(transcribe(path(), { recognizer }, { signal: controller.signal })).rejects.toBe(reason);
    expect(recognizer.inFlight()).toBe(0);
  });

  test("while speech is looked for sends nothing", async () => {
    const controller = new AbortController();
    const reason = new Error("shutting down");
    const impatient: VoiceActivityDetector = {
      ...detector,
      open(sampleRate) {
        const stream = detector.open(sampleRate);
        return {
          ...stream,
          async push(samples) {
            controller.abort(reason);
            return (await stream.push(samples)).map((frame) => ({ ...frame, probability: 0 }));
          },
        };
      },
    };
    const recognizer = listener();
    const work = transcribe(talk.path, { recognizer, detector: impatient }, { signal: controller.signal });
    await expect(work).rejects.toBe(reason);
    expect(recognizer.clips).toEqual([]);
  });

  test("before anything is read comes back as it is", async () => {
    const reason = new Error("never mind");
    const work = transcribe(note.path, { recognizer: listener() }, { signal: AbortSignal.abort(reason) });
    await expect(work).rejects.toBe(reason);
  });
});

describe("trouble with the file", () => {
  test.each([
    ["empty-file", new Uint8Array(0)],
    ["not-audio", Buffer.from("<!doctype html><title>Not found</title>")],
  ])("is told as %s", async (reason, bytes) => {
    const work = transcribe(folder.file("bad.ogg", bytes), { recognizer: listener() });
    await expect(work).rejects.toMatchObject({ name: "TranscriptionError", reason, retryable: false });
  });

  test("too long is told with the limit", async () => {
    const work = transcribe(talk.path, { recognizer: listener() }, { maxDurationMs: 30_000 });
    await expect(work).rejects.toMatchObject({ reason: "too-long", details: { limitMinutes: 0.5 } });
  });

  test("that ends in the middle gives the words until there, and says so", async () => {
    const bytes = await readFile(talk.path);
    const path = folder.file("cut.ogg", bytes.subarray(0, Math.floor(bytes.length / 2)));
    const recognizer = listener();
    const { cutShort, text, durationMs } = await transcribe(path, { recognizer });
    expect(cutShort).toBe(true);
    expect(durationMs).toBeLessThan(talk.spoken.samples.length / 20);
    expect(talk.spoken.text.startsWith(text.slice(0, 60))).toBe(true);
    expect(text).not.toBe("");
  });
});
