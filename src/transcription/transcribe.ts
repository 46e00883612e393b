import { cutClips } from "../audio/clip-cutter.ts";
import { type ClipLimits, type ClipPlan, planClips } from "../audio/clip-plan.ts";
import { giveBack } from "../audio/give-back.ts";
import type { Clip } from "../audio/pcm.ts";
import { openRecording } from "../audio/open-recording.ts";
import { profileSpeech } from "../audio/speech-profile.ts";
import type { VoiceActivityDetector } from "../audio/voice-activity.ts";
import type { RecognizerFor, ScheduledRecognizer } from "../recognizers/recognizer.ts";
import { assembleTranscript, type HeardClip } from "./assemble-transcript.ts";
import { type ClipWork, recognizeClips } from "./recognize-clips.ts";
import { sendAtFirstSpeech, type ShortRecording } from "./send-at-first-speech.ts";
import type { RecognizedClip, TranscribeOptions, Transcriber } from "./transcriber.ts";
import type { Transcript } from "./transcript.ts";
import { readTwice, type TwoPasses } from "./two-passes.ts";
import { translateError } from "./translate-error.ts";

export interface TranscriberOptions {
  /** The one that is configured. */
  readonly recognizer: ScheduledRecognizer;
  /** Others of the same service, for what is asked for with a recording; none unless told. */
  readonly recognizerFor?: RecognizerFor;
  /** What `recognizerFor` can be asked for. */
  readonly languages?: readonly string[];
  readonly detector: VoiceActivityDetector;
  /** Clips of one recording at the recognizer at once; 6 unless told. The quota decides the pace. */
  readonly clipsInFlight?: number;
  /** Samples of recordings up to this length are kept instead of decoded twice, in ms; 3 minutes (6 MB) unless told. */
  readonly keepSamplesMs?: number;
  /** Opens the file; by its bytes unless told. */
  readonly open?: typeof openRecording;
}

/**
 * A transcriber: opens a recording, finds the speech in it, cuts it into the fewest clips, has them recognized and puts
 * their words in order. What fits one clip is sent at the first sign of speech; silence, music and noise are not sent at all.
 */
export function createTranscriber(parts: TranscriberOptions): Transcriber {
  const { recognizerFor = () => parts.recognizer } = parts;
  return {
    languages: parts.languages ?? [],
    identityOf(settings) {
      try {
        return recognizerFor(settings).identity;
      } catch (error) {
        throw translateError(error);
      }
    },
    async transcribe(path, options) {
      try {
        return await transcribe(path, options, { ...parts, recognizer: recognizerFor(options.settings) });
      } catch (error) {
        options.signal.throwIfAborted();
        throw translateError(error);
      }
    },
  };
}

async function transcribe(
  path: string,
  options: TranscribeOptions,
  parts: TranscriberOptions,
): Promise<Transcript> {
  const { recognizer, clipsInFlight = 6, keepSamplesMs = 180_000, open = openRecording } = parts;
  const { signal, maxDurationMs } = options;
  const { maxClipMs, sampleRate } = recognizer;
  const recording = await open(path, { maxDurationMs, signal });
  const passes = readTwice(recording, { sampleRate, signal, wholeMs: maxClipMs, keepMs: keepSamplesMs });
  let requests = 0;
  const work = { recognizer, options, clipsInFlight, onRequest: () => (requests += 1) };

  const whole = await passes.whole();
  const clips =
    whole === undefined
      ? await transcribeLong(passes, parts, work)
      : await transcribeShort({ samples: whole, sampleRate }, parts, work);
  return assembleTranscript(clips, {
    durationMs: passes.durationMs(),
    recognizer: heardBy(clips) ?? recognizer.name,
    requests,
    ...passes.damage(),
  });
}

/** Who heard the recording: "sis", or "sis+tencent" where one went on for the other. */
function heardBy(clips: readonly HeardClip[]): string | undefined {
  return [...new Set(clips.map(({ recognized }) => recognized.recognizer))].join("+") || undefined;
}

async function transcribeShort(
  recording: ShortRecording,
  { detector }: TranscriberOptions,
  work: Omit<ClipWork, "clips">,
): Promise<HeardClip[]> {
  const send = async (clip: Clip, signal: AbortSignal): Promise<RecognizedClip> => {
    const options = { ...work.options, signal };
    const [recognized] = await recognizeClips(() => [clip], { ...work, options, clips: 1 });
    if (recognized === undefined) throw new Error("A clip was recognized without a result");
    return recognized;
  };
  return sendAtFirstSpeech(recording, detector, send, work.options.signal);
}

/** What the first pass measured, 800 bytes a second, is gone when the second begins. */
async function planOf(
  blocks: AsyncIterable<Int16Array>,
  detector: VoiceActivityDetector,
  limits: ClipLimits,
): Promise<ClipPlan> {
  const profile = await profileSpeech(blocks, { detector, sampleRate: limits.sampleRate });
  const plan = planClips(profile, limits);
  giveBack(profile.energyDb);
  return plan;
}

async function transcribeLong(
  passes: TwoPasses,
  { recognizer, detector }: TranscriberOptions,
  work: Omit<ClipWork, "clips">,
): Promise<HeardClip[]> {
  const { maxClipMs, sampleRate } = recognizer;
  const plan = await planOf(passes.first(), detector, { maxClipMs, sampleRate });
  if (plan.clips.length === 0) return [];
  const recognized = await recognizeClips((stop) => cutClips(passes.second(stop), plan), {
    ...work,
    clips: plan.clips.length,
    freesSamples: true,
  });
  return recognized.flatMap((clip) => {
    const planned = plan.clips[clip.index];
    return planned === undefined ? [] : [{ planned, recognized: clip }];
  });
}
