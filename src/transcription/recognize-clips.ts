import { giveBack } from "../audio/give-back.ts";
import type { Clip } from "../audio/pcm.ts";
import type { ScheduledRecognizer } from "../recognizers/recognizer.ts";
import type { RecognizedClip, TranscribeOptions } from "./transcriber.ts";

/** What one run over a recording has in common for all its clips. */
export interface ClipWork {
  readonly recognizer: ScheduledRecognizer;
  readonly options: TranscribeOptions;
  /** Clips of the plan. */
  readonly clips: number;
  /** Clips at the recognizer at once; the quota decides the pace. */
  readonly clipsInFlight: number;
  /** Told of every request as it leaves. */
  readonly onRequest: () => void;
  /** The samples of a clip are nobody's once it is done with: their memory is given back without waiting for a collection. */
  readonly freesSamples?: boolean;
}

/**
 * Recognizes clips as they come, some at once, and gives them in order; clips that are known already are not sent. When one
 * fails, the others are aborted and awaited, the source is ended, and the error is rethrown as it is: what was recognized
 * until then has been told to `onClip`. `clipsFrom` gets the signal that ends the work.
 */
export async function recognizeClips(
  clipsFrom: (signal: AbortSignal) => AsyncIterable<Clip> | Iterable<Clip>,
  work: ClipWork,
): Promise<RecognizedClip[]> {
  const { options, clips } = work;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const done = new Map<number, RecognizedClip>();
  const running = new Set<Promise<void>>();
  const failures: { readonly error: unknown }[] = [];
  const finish = (clip: RecognizedClip): void => {
    done.set(clip.index, clip);
    options.onProgress?.({ clipsDone: done.size, clips });
  };
  const recognize = async (clip: Clip): Promise<void> => {
    try {
      finish(knownClip(clip, work) ?? (await recognizeClip(clip, work, signal)));
    } catch (error) {
      failures.push({ error });
      stop.abort(error);
    } finally {
      if (work.freesSamples) giveBack(clip.samples);
    }
  };

  try {
    options.onProgress?.({ clipsDone: 0, clips });
    for await (const clip of clipsFrom(signal)) {
      const task: Promise<void> = recognize(clip).finally(() => running.delete(task));
      running.add(task);
      if (running.size >= work.clipsInFlight) await Promise.race(running);
      signal.throwIfAborted();
    }
  } catch (error) {
    failures.push({ error });
    stop.abort(error);
  }
  await Promise.all(running);
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
  return [...done.values()].sort((one, other) => one.index - other.index);
}

async function recognizeClip(clip: Clip, work: ClipWork, signal: AbortSignal): Promise<RecognizedClip> {
  const { recognizer, options, onRequest } = work;
  const { turn, onFailedAttempt, onClip } = options;
  const recognition = await recognizer.recognize(clip, {
    signal,
    turn,
    onRequest,
    ...(onFailedAttempt === undefined ? {} : { onFailedAttempt }),
  });
  const recognized: RecognizedClip = {
    index: clip.index,
    ...spanOf(clip),
    text: recognition.text,
    confidence: recognition.confidence ?? null,
    words: recognition.words ?? null,
    requestId: recognition.requestId ?? null,
    recognizer: recognition.heardBy ?? recognizer.name,
    identity: recognizer.identity,
  };
  await onClip?.(recognized);
  return recognized;
}

/** What an earlier run heard in this clip; nothing where the plan or the settings were others, as after a change of limits. */
function knownClip(clip: Clip, { recognizer, options }: ClipWork): RecognizedClip | undefined {
  const { startMs, endMs } = spanOf(clip);
  return options.known?.find(
    (known) =>
      known.index === clip.index &&
      known.startMs === startMs &&
      known.endMs === endMs &&
      (known.identity === undefined
        ? known.recognizer === recognizer.name
        : known.identity === recognizer.identity),
  );
}

function spanOf({ pieces }: Clip): { startMs: number; endMs: number } {
  const last = pieces.at(-1);
  return { startMs: pieces[0]?.startMs ?? 0, endMs: last === undefined ? 0 : last.startMs + last.durationMs };
}
