import { createHash } from "node:crypto";

import type { RecordingSource } from "../../store/cache.ts";
import type { Store } from "../../store/store.ts";
import { readTranscript } from "../../transcription/read-transcript.ts";
import type { Transcript } from "../../transcription/transcript.ts";

/** A recording and how it is to be heard. */
export interface Hearing {
  /** Of the recording's bytes, as hexadecimal. */
  readonly sha256: string;
  /** Of the recognizer, its settings included. */
  readonly identity: string;
  readonly source: RecordingSource;
  /** Of a forward: where it was first, for when that is deleted. */
  readonly original?: RecordingSource | undefined;
  /** How long its transcript may be kept, in ms; 0 keeps nothing. */
  readonly keepMs: number;
  readonly signal: AbortSignal;
}

/** A transcript, and what finds it again while it is kept; null where it is not. */
export interface Heard {
  readonly transcript: Transcript;
  readonly key: string | null;
}

/** A transcript that is being made, and what ends the work on it. */
interface Listening {
  readonly transcript: Promise<Transcript>;
  readonly signal: AbortSignal;
}

/** What was heard before is not heard again. */
export interface HeardBefore {
  /**
   * The transcript that is kept, or that somebody else is getting at this moment, or what `listen` gives. The first two have made no
   * requests.
   */
  transcribe(hearing: Hearing, listen: () => Promise<Transcript>): Promise<Heard>;
  /** The transcript that is kept, if one is; it has made no requests. */
  find(hearing: Hearing): Promise<Heard | undefined>;
  /** Keeps what was heard some other way, where it may be kept. */
  keep(hearing: Hearing, transcript: Transcript): Promise<Heard>;
}

/** Over the store's cache; what is in work is shared within this process. */
export function createHeardBefore(cache: Store["cache"]): HeardBefore {
  const running = new Map<string, Listening>();

  const kept = async (
    key: string,
    { source, original, keepMs }: Hearing,
  ): Promise<Transcript | undefined> => {
    const details = keepMs > 0 ? await cache.get(key, source) : undefined;
    if (details !== undefined && original) await cache.get(key, original);
    return details === undefined ? undefined : readTranscript(details);
  };

  return {
    async find(hearing) {
      const key = keyOf(hearing);
      const transcript = await kept(key, hearing);
      return transcript && { transcript: { ...transcript, requests: 0 }, key };
    },
    async keep(hearing, transcript) {
      return { transcript, key: await keep(cache, transcript, hearing) };
    },
    async transcribe(hearing, listen) {
      const id = keyOf(hearing);
      const { signal } = hearing;
      for (;;) {
        const before = await kept(id, hearing);
        if (before) return { transcript: { ...before, requests: 0 }, key: id };
        signal.throwIfAborted();
        const other = running.get(id);
        if (!other) break;
        const joined = await unlessAborted(other, signal);
        if (joined) {
          return { transcript: { ...joined, requests: 0 }, key: await keep(cache, joined, hearing) };
        }
      }
      const listening = listen();
      running.set(id, { transcript: listening, signal });
      try {
        const transcript = await listening;
        return { transcript, key: await keep(cache, transcript, hearing) };
      } finally {
        running.delete(id);
      }
    },
  };
}

/** Changes with whatever changes the transcripts of the same audio. */
const version = "1";

function keyOf({ sha256, identity }: Hearing): string {
  return createHash("sha256").update(`${version}\n${identity}\n${sha256}`).digest("base64url");
}

/**
 * What it is found again by; null where it may not be kept. What another recognizer heard, because this one was away, is kept
 * for those who have its answer, and not taken for an answer of this one.
 */
async function keep(cache: Store["cache"], transcript: Transcript, hearing: Hearing): Promise<string | null> {
  const { source, original, keepMs, identity } = hearing;
  if (keepMs <= 0) return null;
  const isStandIn = transcript.recognizer !== identity.split(":", 1)[0];
  const key = keyOf(isStandIn ? { ...hearing, identity: `${identity}\n${transcript.recognizer}` } : hearing);
  await cache.put({ key, details: JSON.stringify(transcript), source, expiresAtMs: Date.now() + keepMs });
  if (original) await cache.get(key, original);
  return key;
}

/**
 * Somebody else's transcript; undefined where they were told to stop. What they failed by is everybody's failure: tried once more
 * by each in turn, an outage would keep the last one waiting for all others. Rejects when aborted.
 */
async function unlessAborted(other: Listening, signal: AbortSignal): Promise<Transcript | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Transcript | undefined>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  other.transcript.then(resolve, (error: unknown) => {
    if (other.signal.aborted) resolve(undefined);
    else reject(error);
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
