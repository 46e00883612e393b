import { startDecoder } from "./decoder.ts";
import type { Decoder } from "./decoder.ts";
import type { EngineParts, HeardWord } from "./engine.ts";

export interface DecoderPoolOptions extends EngineParts {
  /** Processes at most; each is started when it is first needed. */
  readonly workers: number;
  /** How long one call may take once it has a process, loading the model included. */
  readonly deadlineMs: number;
}

/** A few processes that decode, each a call at a time; calls wait for a free one in order. */
export interface DecoderPool {
  /** The words of each span. Throws RecognizerError; an abort is rethrown as it is and ends the decoding at once. */
  decode(spans: readonly Int16Array[], signal: AbortSignal): Promise<readonly (readonly HeardWord[])[]>;
  /** Ends all processes. Calls that run fail, so abort them first. */
  close(): Promise<void>;
}

/** Starts no process yet. One that fails in whatever way is gone, and the next call gets a fresh one. */
export function createDecoderPool({ workers, deadlineMs, ...parts }: DecoderPoolOptions): DecoderPool {
  const living = new Set<Decoder>();
  const idle = new Set<Decoder>();
  const turns = createTurns(workers);

  function start(): Decoder {
    const decoder = startDecoder(parts);
    living.add(decoder);
    void forget(decoder);
    return decoder;
  }

  async function forget(decoder: Decoder): Promise<void> {
    await decoder.ended;
    living.delete(decoder);
    idle.delete(decoder);
  }

  return {
    async decode(spans, signal) {
      await turns.take(signal);
      const [decoder = start()] = idle;
      idle.delete(decoder);
      try {
        const words = await decoder.decode(spans, { deadlineMs, signal });
        if (living.has(decoder)) idle.add(decoder);
        return words;
      } finally {
        turns.giveBack();
      }
    },
    async close() {
      await Promise.all([...living].map((decoder) => decoder.end()));
    },
  };
}

interface Turns {
  /** Resolves when it is the caller's turn; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<void>;
  giveBack(): void;
}

function createTurns(places: number): Turns {
  const waiting = new Set<() => void>();
  let free = places;
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return;
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = (): void => {
        waiting.delete(resolve);
        reject(signal.reason);
      };
      waiting.add(resolve);
      signal.addEventListener("abort", leave, { once: true });
      await promise.finally(() => {
        signal.removeEventListener("abort", leave);
      });
    },
    giveBack() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}
