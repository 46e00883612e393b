import type { Store } from "../../store/store.ts";
import type { BotLog } from "../log.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { RunningWork } from "../answers/running-work.ts";

export interface ConsentWatchOptions {
  readonly running: RunningWork;
  readonly consent: Store["consent"];
  readonly everyMs: number;
  readonly log: BotLog;
}

/** Stops work on recordings of those who opted out in another process. Returns how to end the looking. */
export function watchConsent({ running, consent, everyMs, log }: ConsentWatchOptions): () => void {
  const look = async (): Promise<void> => {
    for (const memberId of running.members()) {
      if (await consent.isOptedOut(memberId)) running.stop(memberId);
    }
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn(errorCodes(error), "who opted out could not be looked up"));
  }, everyMs).unref();
  return () => clearInterval(timer);
}
