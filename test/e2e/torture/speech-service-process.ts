import { seededRandom } from "../../../src/sandbox/random.ts";
import { startLocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { wordsOf } from "./recordings.ts";
import type { Order, ServiceReport, ServiceStarted } from "./speech-service.ts";

// A process of its own: it tells where it listens, and obeys the orders of whoever started it.
const random = seededRandom(Number(process.argv[2]));
const heard = new Map<string, number>();
const sis = await startLocalSis({
  delayMs: () => 50 + random() * 400,
  recognize: ({ samples }) => {
    const { text, hash } = wordsOf(samples);
    heard.set(hash, (heard.get(hash) ?? 0) + 1);
    return { text, score: 0.9 };
  },
});

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case "fail":
      return sis.failNext(order.fault);
    case "clear-faults":
      return sis.clearFaults();
    case "expire-tokens":
      return sis.expireTokens();
    case "revoke-tokens":
      return sis.revokeTokens();
    case "report":
      process.send?.({
        requests: sis.requests.filter(({ endpoint }) => endpoint === "short-audio").length,
        paidTwice: [...heard.values()].filter((times) => times > 1).length,
        worstSlidingSecond: sis.worstSlidingSecond(),
      } satisfies ServiceReport);
      return undefined;
    case "close":
      await sis.close();
      process.disconnect();
      return undefined;
  }
}

process.on("message", (order) => void obey(order as Order));
process.send?.({ url: sis.url, account: sis.account } satisfies ServiceStarted);
