import { Redis } from "ioredis";

import { readChanged, sharedPaceScripts } from "./redis-pace.ts";

/** A change of the record in Redis. */
export interface RecordChange {
  /** The record as it was seen; what was changed since is left as it is. */
  readonly before: string;
  readonly after: string;
  readonly keepMs: number;
  /** The process that takes a place by it, or "". */
  readonly takenBy: string;
  /** Not before this, on the clock of Redis. */
  readonly notBeforeMs: number;
}

export interface RecordChanged {
  readonly done: boolean;
  /** When Redis did it, or did not, on its clock. */
  readonly atMs: number;
}

/** The connection to the Redis that keeps the record of a quota. What is asked of it comes soon, or rejects. */
export interface RedisLink {
  isUp(): boolean;
  onUp(listener: () => void): void;
  look(id: string, front: string): Promise<unknown>;
  change(change: RecordChange): Promise<RecordChanged>;
  close(id: string): void;
}

/** An answer that takes longer comes too late for its slot. */
export const answerWithinMs = 1000;
const longestPauseMs = 300;
/** A connection that says nothing for so long although it was asked is none. */
const silentMs = 3000;

export function connectRedis({ url, prefix }: { readonly url: string; readonly prefix: string }): RedisLink {
  const client = new Redis(url, {
    connectionName: "earshot-quota",
    // A slot is worth nothing later: what cannot be asked now is not asked.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    connectTimeout: answerWithinMs,
    socketTimeout: silentMs,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
  });
  // Whoever waits for an answer is told; without a listener the process would end.
  client.on("error", () => undefined);
  const { look, change, leave } = sharedPaceScripts;
  return {
    isUp: () => client.status === "ready",
    onUp: (listener) => void client.on("ready", listener),
    look: async (id, front) => client.eval(look, 1, prefix, id, front),
    async change({ before, after, keepMs, takenBy, notBeforeMs }) {
      return readChanged(await client.eval(change, 1, prefix, before, after, takenBy, keepMs, notBeforeMs));
    },
    close(id) {
      const gone = client.status === "ready" ? client.eval(leave, 1, prefix, id) : Promise.resolve();
      void gone.then(
        () => client.disconnect(),
        () => client.disconnect(),
      );
    },
  };
}
