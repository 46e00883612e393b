import type { Clip, SampleRate } from "../audio/pcm.ts";
import { durationMs } from "../audio/pcm.ts";
import { profileSpeech } from "../audio/speech-profile.ts";
import type { VoiceActivityDetector } from "../audio/voice-activity.ts";
import type { HeardClip } from "./assemble-transcript.ts";
import type { RecognizedClip } from "./transcriber.ts";

/** A recording that fits one clip. */
export interface ShortRecording {
  readonly samples: Int16Array;
  readonly sampleRate: SampleRate;
}

/** Silence kept before the first speech, in ms: nothing is lost where somebody begins in a whisper. */
const paddingMs = 250;
/** What is listened to at once before the next look, in ms. */
const blockMs = 128;

/**
 * Sends a short recording as one clip as soon as speech in it is certain, while the rest is still listened to: only the
 * times of the words need to know where speech ends. Sends nothing, and gives nothing, where nobody speaks.
 */
export async function sendAtFirstSpeech(
  recording: ShortRecording,
  detector: VoiceActivityDetector,
  send: (clip: Clip, signal: AbortSignal) => Promise<RecognizedClip>,
  signal: AbortSignal,
): Promise<HeardClip[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const speech = Promise.withResolvers<number | undefined>();
  const profiling = profileSpeech(blocksOf(recording, either), {
    detector,
    sampleRate: recording.sampleRate,
    onEvent: (event) => event.kind === "started" && speech.resolve(event.startMs),
  });
  const sending = Promise.race([speech.promise, profiling.then(() => undefined)]).then(async (speechMs) => {
    if (speechMs === undefined) return undefined;
    const clip = clipFrom(Math.max(0, Math.floor(speechMs) - paddingMs), recording, speechMs);
    return { clip, recognized: await send(clip, either) };
  });
  try {
    const [profile, sent] = await Promise.all([profiling, sending]);
    if (sent === undefined) return [];
    const { clip, recognized } = sent;
    return [{ planned: { pieces: clip.pieces, speech: profile.spans, overlapMs: 0 }, recognized }];
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled([profiling, sending]);
    throw error;
  }
}

/** From shortly before the first speech to the end: where speech ends is not known yet. */
function clipFrom(startMs: number, { samples, sampleRate }: ShortRecording, speechMs: number): Clip {
  const kept = samples.subarray((startMs * sampleRate) / 1000);
  const lengthMs = durationMs(kept, sampleRate);
  return {
    index: 0,
    samples: kept,
    sampleRate,
    pieces: [{ clipStartMs: 0, startMs, durationMs: lengthMs }],
    speech: [{ startMs: speechMs, endMs: startMs + lengthMs }],
    overlapMs: 0,
  };
}

function* blocksOf(
  { samples, sampleRate }: ShortRecording,
  signal: AbortSignal,
): Generator<Int16Array, void, undefined> {
  const length = (blockMs * sampleRate) / 1000;
  for (let start = 0; start < samples.length; start += length) {
    signal.throwIfAborted();
    yield samples.subarray(start, start + length);
  }
}
