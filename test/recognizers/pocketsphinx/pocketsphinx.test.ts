import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

import { afterAll, describe, expect, onTestFinished, test } from "vitest";

import type { Clip } from "../../../src/audio/pcm.ts";
import type { VoiceActivityDetector } from "../../../src/audio/voice-activity.ts";
import { createPocketSphinx } from "../../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import type {
  PocketSphinx,
  PocketSphinxOptions,
} from "../../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import { joinSpeech, noise, tone } from "../../../src/sandbox/joined-speech.ts";
import { run } from "../../../src/sandbox/program.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { humanSpeech } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { samplesOf } from "../../../src/sandbox/wave.ts";
import { spokenWords, wordErrors } from "../../../src/sandbox/words.ts";

const { signal } = new AbortController();
const shared = createPocketSphinx({ workers: 2 });

afterAll(() => shared.close());

function clipOf(samples: Int16Array): Clip {
  const pieces = [{ clipStartMs: 0, startMs: 0, durationMs: samples.length / 16 }];
  return { index: 0, samples, sampleRate: 16_000, pieces, speech: [], overlapMs: 0 };
}

/** Hears speech in everything, at once: what is slow is then the decoding. */
const everything: VoiceActivityDetector = {
  frameMs: 1000,
  open: () => ({
    push: async () => Promise.resolve([{ probability: 1, energyDb: 0 }]),
    end: async () => Promise.resolve([]),
  }),
  close: async () => Promise.resolve(),
};

function own(options: PocketSphinxOptions = {}): PocketSphinx {
  const recognizer = createPocketSphinx({ detector: everything, workers: 1, ...options });
  onTestFinished(() => recognizer.close());
  return recognizer;
}

/** The process ids of this process's decoders. */
function decoders(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return Number(parent) === process.pid && command.includes("decoder");
      } catch {
        // Gone in the meantime, or no process at all.
        return false;
      }
    });
}

async function ownDecoder(recognizer: PocketSphinx): Promise<number> {
  const before = new Set(decoders());
  await recognizer.ready(signal);
  const [pid] = decoders().filter((one) => !before.has(one));
  return pid ?? expect.unreachable("no decoder process was started");
}

/** Whether it decodes. */
async function works(recognizer: PocketSphinx): Promise<boolean> {
  const { words } = await recognizer.recognize(clipOf(noise(1000, -40, 1)), { signal });
  return words !== undefined;
}

/** Twenty seconds of Debian's music on hold. */
async function music(): Promise<Int16Array> {
  const file = "/usr/share/asterisk/moh/macroform-cold_day.wav";
  const output = ["-t", "20", "-ac", "1", "-ar", "16000", "-f", "s16le", "-"];
  const ffmpeg = { command: "ffmpeg", debianPackage: "ffmpeg asterisk-moh-opsound-wav" };
  return samplesOf(await run(ffmpeg, ["-v", "error", "-i", file, ...output]));
}

async function longClip(): Promise<Clip> {
  const spoken = await humanSpeech({ limit: 4 });
  return clipOf(joinSpeech(spoken, { seed: 5 }).samples.slice(0, 30 * 16_000));
}

describe("what is heard", () => {
  test.each(clearSentences.slice(0, 6))("word for word: %s", async (sentence) => {
    const { samples } = await synthesize(sentence);
    const { text, confidence } = await shared.recognize(clipOf(samples), { signal });
    expect(text.toLowerCase()).toBe(spokenWords(sentence).join(" "));
    expect(confidence).toBeGreaterThan(0.7);
    expect(confidence).toBeLessThanOrEqual(1);
  });

  test("of human speech at least every second word, mostly three of four", async () => {
    const spoken = await humanSpeech({ limit: 5, maxSeconds: 6 });
    const errors = await Promise.all(
      spoken.map(async ({ text, samples }) => {
        const heard = await shared.recognize(clipOf(samples), { signal });
        return wordErrors(text, heard.text);
      }),
    );
    const words = spoken.reduce((sum, { text }) => sum + spokenWords(text).length, 0);
    expect(errors.reduce((sum, one) => sum + one, 0) / words).toBeLessThan(0.45);
  });

  test("words have the time at which they are said, also after long pauses", async () => {
    const sentences = await Promise.all(clearSentences.slice(0, 3).map((text) => synthesize(text)));
    const { samples, parts } = joinSpeech(sentences, { seed: 3, pauseMs: [2500, 3500] });
    const { words = [] } = await shared.recognize(clipOf(samples), { signal });
    expect(words.map(({ text }) => text.toLowerCase())).toEqual(
      parts.flatMap(({ text }) => spokenWords(text)),
    );
    for (const part of parts) {
      const said = spokenWords(part.text);
      const inside = words.filter(
        ({ startMs, endMs }) => startMs >= part.startMs && endMs <= part.endMs + 50,
      );
      expect(inside.map(({ text }) => text.toLowerCase())).toEqual(said);
    }
  });

  test.each<[string, () => Int16Array | Promise<Int16Array>]>([
    ["no samples at all", () => new Int16Array(0)],
    ["silence", () => new Int16Array(48_000)],
    ["noise", () => noise(3000, -25, 1)],
    ["tones", () => tone(3000, 440)],
    ["music", music],
  ])("nothing in %s: no words, and no confidence", async (_, samples) => {
    expect(await shared.recognize(clipOf(await samples()), { signal })).toEqual({ text: "", words: [] });
  });

  test("is the same whichever process decodes it, and whatever it decoded before", async () => {
    const { samples } = await synthesize(clearSentences[3] ?? "");
    const heard = await Promise.all(
      Array.from({ length: 5 }, () => shared.recognize(clipOf(samples), { signal })),
    );
    expect(new Set(heard.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

describe("what is refused", () => {
  test("another rate", async () => {
    const clip: Clip = { ...clipOf(new Int16Array(8000)), sampleRate: 8000 };
    await expect(shared.recognize(clip, { signal })).rejects.toMatchObject({
      kind: "rejected",
      code: "CLIP.RATE",
      retryable: false,
    });
  });

  test("a clip longer than maxClipMs", async () => {
    const clip = clipOf(new Int16Array(30 * 16_000 + 1));
    await expect(shared.recognize(clip, { signal })).rejects.toMatchObject({ code: "CLIP.TOO_LONG" });
  });

  test("more calls than may wait", async () => {
    const recognizer = own({ maxWaiting: 1 });
    const clip = await longClip();
    const { signal, abort } = abortable();
    const calls = [1, 2, 3].map(() => recognizer.recognize(clip, { signal }));
    await expect(calls[2]).rejects.toMatchObject({ kind: "throttled", code: "QUEUE.FULL", retryable: true });
    abort();
    await Promise.allSettled(calls);
  });
});

function abortable(): { signal: AbortSignal; reason: Error; abort: () => void } {
  const controller = new AbortController();
  const reason = new Error("enough");
  return { signal: controller.signal, reason, abort: () => controller.abort(reason) };
}

describe("an abort is rethrown as it is", () => {
  test("before the call", async () => {
    const { signal, reason, abort } = abortable();
    abort();
    await expect(shared.recognize(await longClip(), { signal })).rejects.toBe(reason);
  });

  test("while waiting, and the others keep their turn", async () => {
    const recognizer = own();
    const { samples } = await synthesize(clearSentences[0] ?? "");
    const { signal: cancelled, reason, abort } = abortable();
    const first = recognizer.recognize(clipOf(samples), { signal });
    const second = recognizer.recognize(clipOf(samples), { signal: cancelled });
    const third = recognizer.recognize(clipOf(samples), { signal });
    abort();
    await expect(second).rejects.toBe(reason);
    expect((await first).text).toBe((await third).text);
  });

  test("while decoding, and the next call works", async () => {
    const recognizer = own();
    await recognizer.ready(signal);
    const { signal: cancelled, reason, abort } = abortable();
    const call = recognizer.recognize(await longClip(), { signal: cancelled });
    // Far shorter than the decoding, longer than the gate in front of it.
    setTimeout(abort, 100);
    await expect(call).rejects.toBe(reason);
    expect(await works(recognizer)).toBe(true);
  });
});

describe("a decoder process", () => {
  test("that crashes fails its call clearly, and the next call works", async () => {
    const recognizer = own();
    const pid = await ownDecoder(recognizer);
    const call = recognizer.recognize(await longClip(), { signal });
    process.kill(pid, "SIGSEGV");
    await expect(call).rejects.toMatchObject({
      kind: "unavailable",
      code: "POCKETSPHINX.CRASHED",
      retryable: true,
    });
    expect(await works(recognizer)).toBe(true);
  });

  test("that hangs is killed at the deadline, and the next call works", async () => {
    const recognizer = own({ deadlineMs: 6000 });
    const pid = await ownDecoder(recognizer);
    process.kill(pid, "SIGSTOP");
    await expect(recognizer.recognize(await longClip(), { signal })).rejects.toMatchObject({
      kind: "timeout",
      code: "TIMEOUT",
      retryable: true,
    });
    expect(await works(recognizer)).toBe(true);
    expect(decoders()).not.toContain(pid);
  });

  test("is given no environment and so no secrets", async () => {
    const pid = await ownDecoder(own());
    const names = readFileSync(`/proc/${pid}/environ`, "utf8").matchAll(/(?:^|\0)([^=\0]+)=/g);
    expect([...names].map(([, name]) => name)).toEqual([
      "NODE_CHANNEL_FD",
      "NODE_CHANNEL_SERIALIZATION_MODE",
    ]);
  });

  test("is gone after close, and running calls with it", async () => {
    const recognizer = own();
    const pid = await ownDecoder(recognizer);
    const call = recognizer.recognize(await longClip(), { signal });
    const [outcome] = await Promise.allSettled([call, recognizer.close()]);
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "POCKETSPHINX.CLOSED" } });
    expect(decoders()).not.toContain(pid);
    await expect(recognizer.ready(signal)).rejects.toMatchObject({ code: "POCKETSPHINX.CLOSED" });
  });

  test("holds up nobody's exit while it is idle", async () => {
    const module = new URL("../../../src/recognizers/pocketsphinx/pocketsphinx.ts", import.meta.url);
    const script = `
      const { createPocketSphinx } = await import(${JSON.stringify(module.href)});
      const recognizer = createPocketSphinx({ detector: {}, workers: 1 });
      await recognizer.ready(new AbortController().signal);
      console.log("ready");`;
    const node = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect((await node).stdout).toBe("ready\n");
  });
});

describe("where it is not installed the error names the Debian packages", () => {
  test.each([
    ["library", { library: "libpocketsphinx.so.none" }],
    ["model", { modelFolder: "/usr/share/nothing" }],
  ])("no %s", async (_, options) => {
    const outcome = own(options).ready(signal);
    await expect(outcome).rejects.toMatchObject({
      kind: "unavailable",
      code: "POCKETSPHINX.MISSING",
      retryable: false,
    });
    await expect(outcome).rejects.toThrow("apt-get install libpocketsphinx3 pocketsphinx-en-us");
  });
});
