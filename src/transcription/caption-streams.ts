import type { LiveClip, OpenSound } from "../audio/live-clips.ts";
import { RecognizerError } from "../recognizers/errors.ts";
import type { Recognition } from "../recognizers/recognizer.ts";
import { unlessAborted } from "../recognizers/single-flight.ts";
import type { SpeechStream, StreamingRecognizer } from "../recognizers/streaming-recognizer.ts";

/** What somebody is saying right now, as far as it is understood. */
export interface Interim {
  readonly speakerId: string;
  /** Plain text that may still be revised; empty where there is nothing to be shown any more, as after a cough. */
  readonly text: string;
}

/** Speech on its way to a streaming recognizer while it is spoken, beside the clips that are made of it. */
export interface CaptionStreams {
  /** What a speaker's last sound came to: the clips that ended with it, and what is being collected now. */
  heard(speakerId: string, clips: readonly LiveClip[], open: OpenSound | undefined): void;
  /**
   * The words of a clip that went out as it was spoken; undefined where it did not, not exactly so, or with other clips
   * beside it, and where the stream failed: then the clips themselves are to be sent.
   */
  wordsOf(clips: readonly LiveClip[], call: StreamedCall): Promise<Recognition | undefined>;
  /** A clip that nobody will ask for. */
  drop(clip: LiveClip): void;
  forget(speakerId: string): void;
}

/** Whoever asks for a clip's words. */
export interface StreamedCall {
  readonly signal: AbortSignal;
  /** There are words, or will be. */
  readonly onRequest: () => void;
  /** The stream had failed, by its code. */
  readonly onFailure: (code: string) => void;
}

interface Live {
  readonly stream: SpeechStream;
  readonly abort: AbortController;
  /** In ms of the session. */
  readonly startMs: number;
  /** How much of it is on its way. */
  sentMs: number;
}

/** The next clip begins where this one ends, or a little before: what was sent beyond is heard twice. */
const toleranceMs = 60;

export function createCaptionStreams(
  recognizer: StreamingRecognizer,
  onInterim: (interim: Interim) => void,
): CaptionStreams {
  const open = new Map<string, Live>();
  const ended = new Map<
    LiveClip,
    { readonly speakerId: string; readonly live: Live; readonly words: Promise<Recognition> }
  >();

  const begin = (speakerId: string, startMs: number): Live => {
    const abort = new AbortController();
    const stream = recognizer.open({
      signal: abort.signal,
      onInterim: (text) => onInterim({ speakerId, text }),
    });
    return { stream, abort, startMs, sentMs: 0 };
  };
  const giveUp = (speakerId: string): void => {
    open.get(speakerId)?.abort.abort();
    if (open.delete(speakerId)) onInterim({ speakerId, text: "" });
  };
  /** Where it comes to nothing, what was shown of it goes. Of failures whoever asks for the words is told. */
  const takeBack = async (speakerId: string, words: Promise<Recognition>): Promise<void> => {
    const [settled] = await Promise.allSettled([words]);
    if (settled.status === "rejected" || settled.value.text.trim() === "") onInterim({ speakerId, text: "" });
  };
  const end = (speakerId: string, clip: LiveClip, next: OpenSound | undefined): void => {
    const live = open.get(speakerId);
    if (!live || live.startMs !== clip.pieces[0]?.startMs) return;
    const sentUpToMs = live.startMs + live.sentMs;
    // Cut in the middle of speech: the stream has heard the beginning of the next clip as well.
    if (next && next.startMs < sentUpToMs - toleranceMs) return giveUp(speakerId);
    open.delete(speakerId);
    const words = live.stream.end();
    void takeBack(speakerId, words);
    ended.set(clip, { speakerId, live, words });
  };

  return {
    heard(speakerId, clips, now) {
      for (const [index, clip] of clips.entries())
        end(speakerId, clip, index === clips.length - 1 ? now : undefined);
      let live = open.get(speakerId);
      // What was being collected came to nothing.
      if (live && live.startMs !== now?.startMs) {
        giveUp(speakerId);
        live = undefined;
      }
      if (!now) return;
      if (!live) {
        if (recognizer.free <= 0) return;
        live = begin(speakerId, now.startMs);
        open.set(speakerId, live);
      }
      live.stream.push(now.sound(live.sentMs));
      live.sentMs = now.lengthMs;
    },
    async wordsOf(clips, { signal, onRequest, onFailure }) {
      const found = clips.map((clip) => ended.get(clip));
      for (const clip of clips) ended.delete(clip);
      const [first] = found;
      if (!first || clips.length > 1) return undefined;
      onRequest();
      try {
        return await unlessAborted(first.words, signal);
      } catch (error) {
        if (!(error instanceof RecognizerError)) throw error;
        onFailure(error.code);
        return undefined;
      }
    },
    drop: (clip) => void ended.delete(clip),
    forget(speakerId) {
      giveUp(speakerId);
      for (const [clip, one] of ended) {
        if (one.speakerId !== speakerId) continue;
        one.live.abort.abort();
        ended.delete(clip);
      }
    },
  };
}
