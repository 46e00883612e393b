import type { LiveClip } from "../audio/live-clips.ts";
import { mergeClips, mergedMs } from "../audio/merge-clips.ts";
import { type Clip, durationMs } from "../audio/pcm.ts";

/** Clips of one speaker that go to the recognizer in one call. */
export interface TakenClips {
  readonly speakerId: string;
  /** In order. */
  readonly clips: readonly [LiveClip, ...LiveClip[]];
  /** All of them as one. */
  readonly merged: Clip;
}

/** Everybody's clips that wait for the recognizer. Bounded: the oldest speech gives way, and is told. */
export interface CaptionQueue {
  readonly queuedMs: number;
  readonly size: number;
  /** When the oldest speech in it began, in ms of the session. */
  readonly oldestMs: number | undefined;
  /** Gives the clips for which there was no more room. */
  push(speakerId: string, clip: LiveClip): readonly SpeakersClip[];
  /** The longest waiting speaker who is not busy, with as many neighbouring clips as one call takes. */
  take(isBusy: (speakerId: string) => boolean): TakenClips | undefined;
  /** They could not be recognized now and keep their place. */
  putBack(taken: TakenClips): void;
  /** Drops a speaker's clips. */
  forget(speakerId: string): void;
  /** Everything that waits, which is nothing after it. */
  clear(): readonly SpeakersClip[];
}

export interface SpeakersClip {
  readonly speakerId: string;
  readonly clip: LiveClip;
}

export interface CaptionQueueOptions {
  /** What one call takes. */
  readonly maxClipMs: number;
  /** How much sound may wait, 32 bytes for each ms. */
  readonly maxQueuedMs: number;
}

/** Clips further apart than this are not neighbours: their words would be parted wrongly without word times. */
const neighboursMs = 20_000;

export function createCaptionQueue({ maxClipMs, maxQueuedMs }: CaptionQueueOptions): CaptionQueue {
  /** By speaker, each in order; no list is empty. */
  const waiting = new Map<string, LiveClip[]>();
  let queuedMs = 0;

  const oldest = (isBusy: (speakerId: string) => boolean): string | undefined => {
    let found: { readonly speakerId: string; readonly startMs: number } | undefined;
    for (const [speakerId, clips] of waiting) {
      const startMs = startOf(clips[0]);
      if (!isBusy(speakerId) && (found === undefined || startMs < found.startMs))
        found = { speakerId, startMs };
    }
    return found?.speakerId;
  };
  const shift = (speakerId: string): LiveClip | undefined => {
    const clips = waiting.get(speakerId);
    const clip = clips?.shift();
    if (clips?.length === 0) waiting.delete(speakerId);
    if (clip) queuedMs -= durationMs(clip.samples, clip.sampleRate);
    return clip;
  };
  const add = (speakerId: string, clips: readonly LiveClip[], inFront = false): void => {
    const before = waiting.get(speakerId) ?? [];
    waiting.set(speakerId, inFront ? [...clips, ...before] : [...before, ...clips]);
    for (const clip of clips) queuedMs += durationMs(clip.samples, clip.sampleRate);
  };

  return {
    get queuedMs() {
      return queuedMs;
    },
    get size() {
      return [...waiting.values()].reduce((sum, clips) => sum + clips.length, 0);
    },
    get oldestMs() {
      const speakerId = oldest(() => false);
      return speakerId === undefined ? undefined : startOf(waiting.get(speakerId)?.[0]);
    },
    push(speakerId, clip) {
      add(speakerId, [clip]);
      const dropped: SpeakersClip[] = [];
      for (;;) {
        if (queuedMs <= maxQueuedMs) break;
        const loser = oldest(() => false);
        const lost = loser === undefined ? undefined : shift(loser);
        if (loser === undefined || lost === undefined) break;
        dropped.push({ speakerId: loser, clip: lost });
      }
      return dropped;
    },
    take(isBusy) {
      const speakerId = oldest(isBusy);
      const first = speakerId === undefined ? undefined : shift(speakerId);
      if (speakerId === undefined || first === undefined) return undefined;
      const clips: [LiveClip, ...LiveClip[]] = [first];
      for (;;) {
        const next = waiting.get(speakerId)?.[0];
        if (next === undefined || startOf(next) - endOf(clips.at(-1)) > neighboursMs) break;
        if (mergedMs([...clips, next]) > maxClipMs) break;
        shift(speakerId);
        clips.push(next);
      }
      return { speakerId, clips, merged: mergeClips(clips) };
    },
    putBack({ speakerId, clips }) {
      add(speakerId, clips, true);
    },
    forget(speakerId) {
      while (shift(speakerId));
    },
    clear() {
      const all: SpeakersClip[] = [];
      for (const speakerId of waiting.keys())
        for (let clip = shift(speakerId); clip; clip = shift(speakerId)) all.push({ speakerId, clip });
      return all.sort((one, other) => startOf(one.clip) - startOf(other.clip));
    },
  };
}

/** When the speech in a clip begins, in ms of the session. */
export function startOf(clip: LiveClip | undefined): number {
  return clip?.speech[0]?.startMs ?? clip?.pieces[0]?.startMs ?? 0;
}

/** When the speech in a clip ends, in ms of the session. */
export function endOf(clip: LiveClip | undefined): number {
  const last = clip?.pieces.at(-1);
  return clip?.speech.at(-1)?.endMs ?? (last === undefined ? 0 : last.startMs + last.durationMs);
}
