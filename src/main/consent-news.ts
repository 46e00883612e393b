import { Redis } from "ioredis";

import type { ConsentNews } from "../bot/records/consent-watch.ts";

/** Word of decisions over Redis' pub/sub. What is told while Redis is away is lost: whoever listens has to look now and then. */
export interface RedisConsentNews extends ConsentNews {
  close(): void;
}

const channel = "earshot:consent";
const answerWithinMs = 500;
const longestPauseMs = 300;

function retryStrategy(times: number): number {
  return Math.min(times * 50, longestPauseMs);
}

/** Opens two connections in the background: one that listens may do nothing else (Redis documentation, "Pub/sub"). */
export function openConsentNews({ url }: { readonly url: string }): RedisConsentNews {
  const teller = new Redis(url, {
    connectionName: "earshot-consent-tell",
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerWithinMs,
    retryStrategy,
  });
  // Subscribes once it is connected, and again after every loss.
  const listener = new Redis(url, {
    connectionName: "earshot-consent-listen",
    maxRetriesPerRequest: null,
    retryStrategy,
  });
  // That Redis is away the queue tells, which cannot do without it.
  for (const client of [teller, listener]) client.on("error", () => undefined);
  listener.subscribe(channel).catch(() => undefined);
  return {
    async tell(memberId) {
      await teller.publish(channel, memberId).catch(() => 0);
    },
    listen(onNews) {
      const heard = (from: string, memberId: string): void => {
        if (from === channel && /^\d{1,20}$/.test(memberId)) onNews(memberId);
      };
      listener.on("message", heard);
      return () => listener.off("message", heard);
    },
    close() {
      teller.disconnect();
      listener.disconnect();
    },
  };
}
