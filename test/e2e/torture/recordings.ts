import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createSileroDetector } from "../../../src/audio/silero.ts";
import { joinSpeech } from "../../../src/sandbox/joined-speech.ts";
import { humanSpeech, type SpokenText } from "../../../src/sandbox/speech.ts";
import { encodeVoiceNote } from "../../../src/sandbox/voice-note.ts";
import { createTranscriber } from "../../../src/transcription/transcribe.ts";

/** A voice note, and the words its answer must hold. */
export interface StormRecording {
  readonly bytes: Uint8Array;
  readonly durationSecs: number;
  readonly words: string;
  readonly clips: number;
}

/** What a clip is heard as: words made of a hash of its samples, so that every clip of every recording has its own. */
export function wordsOf(samples: Int16Array): { readonly text: string; readonly hash: string } {
  const hash = createHash("sha256")
    .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    .digest("hex");
  // Long clips are heard as so much text that answers take several messages.
  const count = samples.length > longClipSamples ? 160 : 6;
  const words: string[] = [];
  for (let index = 0; words.length < count; index++) {
    const digest = createHash("sha256").update(`${hash}:${index}`).digest();
    const syllables = Array.from({ length: 3 }, (_, at) => syllable(digest[at] ?? 0));
    words.push(syllables.join(""));
  }
  return { text: words.join(" "), hash };
}

const longClipSamples = 12 * 16_000;

function syllable(byte: number): string {
  return `${"bdfgklmnprstvz"[byte % 14] ?? ""}${"aeiou"[Math.floor(byte / 14) % 5] ?? ""}`;
}

/**
 * So many different recordings of human speech: most of one clip, every eighth of two or three. The words are those that the
 * project's own transcriber puts together, in one calm run, from what each clip is heard as.
 */
export async function stormRecordings(count: number): Promise<readonly StormRecording[]> {
  const spoken = await humanSpeech({ minWords: 6 });
  const detector = await createSileroDetector();
  const folder = await mkdtemp(join(tmpdir(), "earshot-storm-"));
  const transcriber = createTranscriber({
    detector,
    recognizer: {
      name: "sis",
      identity: "sis",
      maxClipMs: 30_000,
      sampleRate: 16_000,
      recognize: async ({ samples }) => ({ text: wordsOf(samples).text, confidence: 0.9 }),
    },
  });
  try {
    const recordings: StormRecording[] = [];
    for (let index = 0; recordings.length < count; index++) {
      const samples = samplesFor(spoken, index);
      const { bytes, durationSecs } = await encodeVoiceNote(samples);
      const path = join(folder, "note.ogg");
      await writeFile(path, bytes);
      let clips = 0;
      const { text } = await transcriber.transcribe(path, {
        signal: AbortSignal.timeout(60_000),
        turn: { lane: "file", guildId: "", memberId: "" },
        maxDurationMs: 600_000,
        onClip: async () => void clips++,
      });
      recordings.push({ bytes, durationSecs, words: text, clips });
    }
    return recordings;
  } finally {
    await detector.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function samplesFor(spoken: readonly SpokenText[], index: number): Int16Array {
  const at = (offset: number): SpokenText => {
    const one = spoken[(index * 7 + offset) % spoken.length];
    if (!one) throw new Error("no human speech to be had");
    return one;
  };
  if (index % 8 !== 7) return joinSpeech([at(0)], { seed: index }).samples;
  const parts: SpokenText[] = [];
  for (let lengthSecs = 0, offset = 0; lengthSecs < 40; offset++) {
    parts.push(at(offset));
    lengthSecs += at(offset).samples.length / 16_000;
  }
  return joinSpeech(parts, { seed: index }).samples;
}
