import { hardCut, longestOverlapMs } from "./live-cuts.ts";
import type { LiveSound } from "./live-speaker.ts";
import type { Clip, SampleRate, Span } from "./pcm.ts";
import { createSampleWindow, type SampleWindow } from "./sample-window.ts";
import { createSpeechSegmenter, type SpeechEvent } from "./speech-spans.ts";
import type { VoiceActivityDetector } from "./voice-activity.ts";

/** A clip of somebody who is still speaking, or was a moment ago. */
export interface LiveClip extends Clip {
  /** How much of its end the next clip begins with, in ms; 0 where it ends in a pause or a dip. */
  readonly nextOverlapMs: number;
}

/** What a speaker said, and where they were silent. */
export type HeardSound = Exclude<LiveSound, { readonly type: "unheard" }>;

/** What is being collected: the clip that it becomes begins with it. */
export interface OpenSound {
  /** In ms of the session; the same as that of the clip's first piece. */
  readonly startMs: number;
  /** How much there is by now. */
  readonly lengthMs: number;
  /** Its sound but for the first so many ms, as a copy. */
  sound(afterMs: number): Int16Array;
}

/** One speaker's sound, cut into clips as it comes. What is not speech makes no clip. Calls must not overlap. */
export interface LiveClips {
  /** When the speech that is being collected began, in ms of the session; undefined while nobody speaks. */
  readonly openSinceMs: number | undefined;
  /** Undefined while nobody speaks. */
  readonly open: OpenSound | undefined;
  /** The clips that end with this sound: each in one piece, its times those of the session. */
  push(sound: HeardSound): Promise<readonly LiveClip[]>;
  /** Says that this much of the session has passed: a pause may have become long enough while no sound came. */
  advance(nowMs: number): readonly LiveClip[];
  /** The speaker is gone: what was being collected. */
  end(): Promise<readonly LiveClip[]>;
}

export interface LiveClipsOptions {
  readonly detector: VoiceActivityDetector;
  readonly sampleRate: SampleRate;
  /** No clip is longer. */
  readonly maxClipMs: number;
}

/** A pause ends a clip: this long at the clip's beginning, shrinking as the clip grows. */
const pauseMs = { longest: 1200, shortest: 300 };
/** Sound before the speech that goes with it: onsets are quiet. */
const preRollMs = 300;
/** And after it. */
const tailMs = 200;
/** So much silence is heard as such; of a longer one only the length counts. */
const heardSilenceMs = 1600;
/** Where nobody speaks, sound is kept for so long: what makes speech sure lies within. */
const keptMs = 2000;

/** Times in ms of what was fed, which stands still while a long silence is skipped. */
interface OpenClip {
  readonly startMs: number;
  readonly overlapMs: number;
  readonly spans: Span[];
  /** Undefined in a pause. */
  speakingSinceMs: number | undefined;
}

export function createLiveClips({ detector, sampleRate, maxClipMs }: LiveClipsOptions): LiveClips {
  const activity = detector.open(sampleRate);
  const segmenter = createSpeechSegmenter({ frameMs: detector.frameMs });
  const fed = createSampleWindow(sampleRate);
  let heardMs = 0;
  /** Session time where `fed` began, silence that was skipped included. */
  let originMs: number | undefined;
  let silentMs = 0;
  let lastEndMs = 0;
  let open: OpenClip | undefined;

  const begin = (startMs: number, speakingSinceMs: number, overlapMs = 0): void => {
    open = { startMs, overlapMs, spans: [], speakingSinceMs };
  };
  const note = (event: SpeechEvent): void => {
    if (event.kind === "started") {
      const startMs = Math.max(event.startMs - preRollMs, lastEndMs, fed.startMs);
      if (open) open.speakingSinceMs = Math.max(event.startMs, open.startMs);
      else begin(startMs, event.startMs);
    } else if (open?.speakingSinceMs !== undefined) {
      if (event.span.endMs > open.speakingSinceMs)
        open.spans.push({ startMs: open.speakingSinceMs, endMs: event.span.endMs });
      open.speakingSinceMs = undefined;
    }
  };

  const inSession = (timeMs: number): number => Math.round((originMs ?? 0) + timeMs);
  const clipUpTo = (clip: OpenClip, endMs: number, nextOverlapMs = 0): LiveClip => {
    const samples = fed.copy(clip.startMs, endMs);
    const spoken = (span: Span): Span => ({
      startMs: inSession(span.startMs),
      endMs: inSession(Math.min(span.endMs, endMs)),
    });
    const spans =
      clip.speakingSinceMs !== undefined && clip.speakingSinceMs < endMs
        ? [...clip.spans, { startMs: clip.speakingSinceMs, endMs }]
        : clip.spans;
    lastEndMs = endMs;
    return {
      index: 0,
      samples,
      sampleRate,
      pieces: [
        {
          clipStartMs: 0,
          startMs: inSession(clip.startMs),
          durationMs: (samples.length * 1000) / sampleRate,
        },
      ],
      speech: spans.filter(({ startMs }) => startMs < endMs).map(spoken),
      overlapMs: clip.overlapMs,
      nextOverlapMs,
    };
  };

  const close = (): LiveClip[] => {
    const closing = open;
    open = undefined;
    if (!closing) return [];
    const speechEndMs = closing.speakingSinceMs === undefined ? closing.spans.at(-1)?.endMs : fed.endMs;
    // The remainder behind a cut, when there was nothing in it.
    if (speechEndMs === undefined) return [];
    return [clipUpTo(closing, Math.min(speechEndMs + tailMs, fed.endMs, closing.startMs + maxClipMs))];
  };

  /** Speech without a pause that is longer than a clip: the clip ends in its weakest place, and the next one begins there. */
  const cut = (long: OpenClip): LiveClip => {
    const limitMs = long.startMs + maxClipMs;
    const { endMs, overlapMs } = hardCut(fed.copy(long.startMs, limitMs), sampleRate);
    const clip = clipUpTo(long, long.startMs + endMs, overlapMs);
    const nextMs = lastEndMs - overlapMs;
    const later = long.spans.filter((span) => span.endMs > nextMs);
    begin(nextMs, nextMs, overlapMs);
    if (open) {
      open.spans.push(
        ...later.map((span) => ({ startMs: Math.max(span.startMs, nextMs), endMs: span.endMs })),
      );
      open.speakingSinceMs =
        long.speakingSinceMs === undefined ? undefined : Math.max(long.speakingSinceMs, nextMs);
    }
    return clip;
  };

  const pauseSoFar = (nowMs: number): number =>
    open && open.speakingSinceMs === undefined ? nowMs - (open.spans.at(-1)?.endMs ?? open.startMs) : 0;
  const enough = (nowMs: number): boolean => {
    if (!open) return false;
    const grown = Math.min(1, (nowMs - open.startMs) / maxClipMs);
    return pauseSoFar(nowMs) >= pauseMs.longest - (pauseMs.longest - pauseMs.shortest) * grown;
  };

  const feed = async (samples: Int16Array): Promise<LiveClip[]> => {
    fed.push(samples);
    const clips: LiveClip[] = [];
    for (const frame of await activity.push(samples)) {
      heardMs += detector.frameMs;
      for (const event of segmenter.push(frame)) note(event);
      if (enough(heardMs)) clips.push(...close());
      else if (open && heardMs - open.startMs >= maxClipMs)
        clips.push(...(open.speakingSinceMs === undefined ? close() : [cut(open)]));
    }
    fed.drop(open ? open.startMs : Math.max(heardMs - keptMs, lastEndMs - longestOverlapMs));
    return clips;
  };

  return {
    get openSinceMs() {
      if (!open) return undefined;
      return (originMs ?? 0) + (open.spans[0]?.startMs ?? open.speakingSinceMs ?? open.startMs);
    },
    get open() {
      return open && { ...openSound(fed, open.startMs), startMs: inSession(open.startMs) };
    },
    async push(sound) {
      originMs ??= sound.startMs;
      if (sound.type === "audio") {
        silentMs = 0;
        return feed(sound.samples);
      }
      const lengthMs = sound.endMs - sound.startMs;
      const feedMs = Math.max(0, Math.min(lengthMs, heardSilenceMs - silentMs));
      silentMs += feedMs;
      const zeros = new Int16Array(Math.round((feedMs * sampleRate) / 1000));
      const clips = await feed(zeros);
      if (feedMs < lengthMs) clips.push(...close());
      originMs += lengthMs - (zeros.length * 1000) / sampleRate;
      return clips;
    },
    advance: (nowMs) => (originMs !== undefined && enough(nowMs - originMs) ? close() : []),
    async end() {
      for (const frame of await activity.end()) for (const event of segmenter.push(frame)) note(event);
      for (const event of segmenter.end()) note(event);
      return close();
    },
  };
}

/** Times in ms of what was fed. */
function openSound(fed: SampleWindow, startMs: number): OpenSound {
  const { endMs } = fed;
  return { startMs, lengthMs: endMs - startMs, sound: (afterMs) => fed.copy(startMs + afterMs, endMs) };
}
