import type { NamedCaption } from "./caption-formats.ts";

/** A turn as a page shows it. */
export interface FeedLine {
  /** Counts up from 1 over the whole session: whoever knows the last one they have can be given the rest. */
  readonly id: number;
  /** Whose turn it is, as a number of the session's own, from 0. */
  readonly speaker: number;
  readonly name: string;
  readonly text: string;
  /** From the session's start. */
  readonly startMs: number;
}

export type FeedState = "live" | "paused" | "ended";

export type FeedEvent =
  | { readonly type: "line"; readonly line: FeedLine }
  /** Nothing of this speaker may be shown any more. */
  | { readonly type: "gone"; readonly speaker: number }
  | { readonly type: "state"; readonly state: FeedState };

/** A session's captions for whoever reads along. */
export interface CaptionFeed {
  /** What is said in a voice channel, or was said in a recording. */
  readonly kind: "captions" | "recording";
  /** The voice channel's name, or the speaker's. */
  readonly title: string;
  /** The language that the session's own sentences are in, as "en". */
  readonly locale: string;
  readonly state: FeedState;
  readonly lines: readonly FeedLine[];
  /** How many lines there are. */
  readonly size: number;
  /** Who was taken out, so that whoever was away when it happened learns of it. */
  readonly gone: readonly number[];
  /** The same captions as transcripts show them. */
  readonly captions: readonly NamedCaption[];
  /** Tells what happens from now on, until the function it gives is called. */
  follow(listener: (event: FeedEvent) => void): () => void;
}

/** The session's side of it. */
export interface CaptionFeedSource {
  readonly feed: CaptionFeed;
  /** A caption whose name and text are safe to show. */
  add(caption: NamedCaption): void;
  forget(speakerId: string): void;
  setState(state: FeedState): void;
}

/** Six hours of lively talk; beyond that the oldest go. */
const mostLines = 20_000;

export function createCaptionFeed(about: Pick<CaptionFeed, "kind" | "title" | "locale">): CaptionFeedSource {
  const listeners = new Set<(event: FeedEvent) => void>();
  const speakers = new Map<string, number>();
  const gone = new Set<number>();
  let turns: { readonly line: FeedLine; readonly caption: NamedCaption }[] = [];
  let [lastId, nextSpeaker] = [0, 0];
  let state: FeedState = "live";
  const tell = (event: FeedEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const feed: CaptionFeed = {
    ...about,
    get state() {
      return state;
    },
    get lines() {
      return turns.map(({ line }) => line);
    },
    get size() {
      return turns.length;
    },
    get gone() {
      return [...gone];
    },
    get captions() {
      return turns.map(({ caption }) => caption);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    feed,
    add(caption) {
      const { speakerId, speaker: name, text, startMs } = caption;
      const speaker = speakers.get(speakerId) ?? nextSpeaker++;
      speakers.set(speakerId, speaker);
      const line: FeedLine = { id: ++lastId, speaker, name, text, startMs };
      turns.push({ line, caption });
      if (turns.length > mostLines) turns.shift();
      tell({ type: "line", line });
    },
    forget(speakerId) {
      const speaker = speakers.get(speakerId);
      if (speaker === undefined) return;
      // Whoever comes back is somebody new: what they said before stays gone for every page.
      speakers.delete(speakerId);
      gone.add(speaker);
      turns = turns.filter(({ line }) => line.speaker !== speaker);
      tell({ type: "gone", speaker });
    },
    setState(next) {
      if (state === next || state === "ended") return;
      state = next;
      tell({ type: "state", state });
    },
  };
}
