import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createLiveClips, type LiveClips } from "../../src/audio/live-clips.ts";
import { mergeClips, mergedMs } from "../../src/audio/merge-clips.ts";
import { type Clip, durationMs } from "../../src/audio/pcm.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import { joinSpeech, type LongRecording, noise, tone } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech, type SpokenText } from "../../src/sandbox/speech.ts";

let detector: VoiceActivityDetector;
let spoken: readonly SpokenText[] = [];

beforeAll(async () => {
  detector = await createSileroDetector();
  spoken = await humanSpeech({ limit: 6, maxSeconds: 8 });
});
afterAll(() => detector.close());

function listen(maxClipMs = 10_000): LiveClips {
  return createLiveClips({ detector, sampleRate: 16_000, maxClipMs });
}

/** Sound in packets of 20 ms, as a client sends it, from a time of the session. */
async function hear(clips: LiveClips, samples: Int16Array, startMs = 0): Promise<Clip[]> {
  const found: Clip[] = [];
  for (let at = 0; at < samples.length; at += 320) {
    const block = new Int16Array(samples.subarray(at, at + 320));
    found.push(
      ...(await clips.push({ type: "audio", startMs: startMs + at / 16, samples: block, concealed: false })),
    );
  }
  return found;
}

async function hearAll(samples: Int16Array, maxClipMs?: number): Promise<Clip[]> {
  const clips = listen(maxClipMs);
  const found = await hear(clips, samples);
  return [...found, ...(await clips.end())];
}

const startOf = (clip: Clip): number => clip.pieces[0]?.startMs ?? Number.NaN;
const endOf = (clip: Clip): number => startOf(clip) + durationMs(clip.samples, clip.sampleRate);

function paused(pauseMs: number, texts: readonly SpokenText[] = spoken): LongRecording {
  return joinSpeech(texts, { seed: 7, pauseMs: [pauseMs, pauseMs] });
}

function shortPrompts(): readonly SpokenText[] {
  return spoken.filter(({ speaker, samples }) => speaker === "allison" && samples.length < 64_000);
}

describe("a speaker's clips", () => {
  test("end at long pauses: one for each sentence, with all of it inside", async () => {
    const recording = paused(1700);
    const clips = await hearAll(recording.samples);
    for (const part of recording.parts) {
      const middleMs = (part.startMs + part.endMs) / 2;
      const holding = clips.filter((clip) => startOf(clip) <= middleMs && endOf(clip) >= middleMs);
      expect([part.id, holding.length]).toEqual([part.id, 1]);
    }
  });

  test("hold the samples of the session time they name", async () => {
    const { samples } = paused(1700);
    for (const clip of await hearAll(samples)) {
      const from = Math.round(startOf(clip) * 16);
      expect(clip.samples).toEqual(samples.slice(from, from + clip.samples.length));
    }
  });

  test("begin 300 ms before the speech that was found, where there is so much", async () => {
    const quiet = noise(1000, -66, 3);
    const clips = await hearAll(Int16Array.from([...quiet, ...paused(1700).samples]));
    const [first] = clips;
    expect((first?.speech[0]?.startMs ?? 0) - startOf(first!)).toBe(300);
  });

  test("are not ended by a short pause while they are short", async () => {
    const clips = await hearAll(paused(500, shortPrompts().slice(0, 2)).samples, 28_000);
    expect(clips).toHaveLength(1);
  });

  test("are ended by a short pause once they have grown", async () => {
    const recording = paused(700);
    const clips = await hearAll(recording.samples, 12_000);
    const inPause = clips
      .slice(0, -1)
      .filter((clip) => recording.parts.some(({ endMs }) => Math.abs(endOf(clip) - endMs) < 600));
    expect(inPause.length).toBeGreaterThan(0);
    expect(clips.every((clip) => durationMs(clip.samples, 16_000) <= 12_000)).toBe(true);
  });

  test.each([1000, 2000, 4000, 6000, 10_000])(
    "are never longer than %d ms, and together hold all speech",
    async (maxClipMs) => {
      const { samples } = joinSpeech(spoken, { seed: 1, pauseMs: [0, 40] });
      const clips = await hearAll(samples, maxClipMs);
      expect(Math.max(...clips.map((clip) => durationMs(clip.samples, 16_000)))).toBeLessThanOrEqual(
        maxClipMs,
      );
      for (const [index, clip] of clips.entries()) {
        const before = clips[index - 1];
        if (before === undefined) continue;
        // What lies between two clips is at most the rest of a pause.
        if (clip.overlapMs > 0) expect(startOf(clip)).toBe(Math.round(endOf(before) - clip.overlapMs));
        else expect(startOf(clip)).toBeGreaterThanOrEqual(Math.floor(endOf(before)));
      }
    },
  );

  test("come while nobody sends anything, as soon as the pause was long enough", async () => {
    const clips = listen();
    const [sentence] = shortPrompts();
    const heard = await hear(clips, sentence!.samples);
    const endMs = durationMs(sentence!.samples, 16_000);
    heard.push(...(await clips.push({ type: "silence", startMs: endMs, endMs: endMs + 400 })));
    expect(heard).toHaveLength(0);
    expect(clips.openSinceMs).toBeDefined();
    expect(clips.advance(endMs + 1250)).toHaveLength(1);
    expect(clips.openSinceMs).toBeUndefined();
  });

  test("keep the session's time over an hour without a packet", async () => {
    const clips = listen();
    const [one, other] = spoken;
    const oneMs = durationMs(one!.samples, 16_000);
    const heard = await hear(clips, one!.samples);
    heard.push(...(await clips.push({ type: "silence", startMs: oneMs, endMs: oneMs + 3_600_000 })));
    expect(heard).toHaveLength(1);
    heard.push(...(await hear(clips, other!.samples, oneMs + 3_600_000)), ...(await clips.end()));
    const at = Math.round((startOf(heard[1]!) - oneMs - 3_600_000) * 16);
    expect(at).toBeLessThan(16_000);
    expect(heard[1]!.samples.slice(16_000, 32_000)).toEqual(other!.samples.slice(at + 16_000, at + 32_000));
  });
});

describe("no clip comes of", () => {
  test.each([
    ["silence", new Int16Array(160_000)],
    ["a noisy room", noise(10_000, -40, 1)],
    ["loud noise", noise(10_000, -15, 2)],
    ["a tone", tone(10_000, 440)],
  ])("%s", async (_, samples) => {
    expect(await hearAll(samples)).toHaveLength(0);
  });

  test("keystrokes", async () => {
    const samples = noise(10_000, -60, 4);
    for (let at = 8000; at < samples.length; at += 3100 + ((at * 7919) % 2000)) {
      samples.set(noise(12, -12, at), at);
    }
    expect(await hearAll(samples)).toHaveLength(0);
  });
});

describe("merged clips", () => {
  test("hold every sample once, at the session's times", async () => {
    const { samples } = joinSpeech(spoken, { seed: 5, pauseMs: [0, 1500] });
    const clips = await hearAll(samples, 4000);
    const [first, ...rest] = clips;
    const merged = mergeClips([first!, ...rest]);
    expect(durationMs(merged.samples, 16_000)).toBeCloseTo(mergedMs(clips), 3);
    let nextMs = 0;
    for (const { clipStartMs, startMs, durationMs: lengthMs } of merged.pieces) {
      expect(clipStartMs).toBeCloseTo(nextMs, 3);
      const from = Math.round(startMs * 16);
      const at = Math.round(clipStartMs * 16);
      const count = Math.round(lengthMs * 16);
      expect(merged.samples.slice(at, at + count)).toEqual(samples.slice(from, from + count));
      nextMs = clipStartMs + lengthMs;
    }
  });
});
