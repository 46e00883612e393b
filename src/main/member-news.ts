import { Redis } from "ioredis";

import type { MemberNews } from "../bot/records/consent-watch.ts";

/** Word of what members decide and have deleted, over Redis' pub/sub. What is told while Redis is away is lost: whoever listens has to look now and then. */
export interface RedisMemberNews extends MemberNews {
  close(): void;
}

export interface MemberNewsOptions {
  readonly url: string;
  /** A connection on which nothing comes for so long, though something should, is given up; in ms, 3 s unless told. */
  readonly silentMs?: number;
}

const answerWithinMs = 500;
/** A host that vanishes without a word leaves its connection open. */
const longestSilenceMs = 3000;
const longestPauseMs = 300;

function retryStrategy(times: number): number {
  return Math.min(times * 50, longestPauseMs);
}

/** Opens two connections in the background: one that listens may do nothing else (Redis documentation, "Pub/sub"). */
export function openMemberNews({ url, silentMs = longestSilenceMs }: MemberNewsOptions): RedisMemberNews {
  // Whoever listens hears all databases of a server, and each may be another bot's.
  const channel = `earshot:members:${new URL(url).pathname.slice(1) || "0"}`;
  const teller = new Redis(url, {
    connectionName: "earshot-members-tell",
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    socketTimeout: silentMs,
    retryStrategy,
  });
  const listener = new Redis(url, {
    connectionName: "earshot-members-listen",
    maxRetriesPerRequest: null,
    autoResubscribe: false,
    socketTimeout: silentMs,
    retryStrategy,
  });
  listener.on("ready", () => void listener.subscribe(channel).catch(() => undefined));
  const beating = setInterval(() => {
    // Whoever only listens would not notice.
    if (listener.status === "ready") listener.ping().catch(() => undefined);
  }, silentMs).unref();
  // That Redis is away the queue tells, which cannot do without it.
  for (const client of [teller, listener]) client.on("error", () => undefined);
  return {
    async tell({ type, memberId }) {
      await teller.publish(channel, `${type} ${memberId}`).catch(() => 0);
    },
    listen(onNews) {
      const heard = (from: string, text: string): void => {
        const [, type, memberId] = /^(decided|deleted) (\d{1,20})$/.exec(text) ?? [];
        if (from !== channel || memberId === undefined) return;
        onNews({ type: type === "deleted" ? "deleted" : "decided", memberId });
      };
      listener.on("message", heard);
      return () => listener.off("message", heard);
    },
    close() {
      clearInterval(beating);
      teller.disconnect();
      listener.disconnect();
    },
  };
}
