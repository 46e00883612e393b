import type { Store } from "../../store/store.ts";
import type { RunningWork } from "../answers/running-work.ts";
import type { Captioning } from "../captions/captioning.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { BotLog } from "../log.ts";

/** Carries word from process to process, at once, of who has just decided something; what they decided the store says. */
export interface ConsentNews {
  /** Never rejects: whoever is not reached looks for themselves. */
  tell(memberId: string): Promise<void>;
  /** Returns how to end the listening. */
  listen(onNews: (memberId: string) => void): () => void;
}

export interface ConsentWatchOptions {
  readonly running: RunningWork;
  readonly captioning: Pick<Captioning, "refreshConsent">;
  readonly consent: Pick<Store["consent"], "choices">;
  /** Where other processes tell theirs; without it they are found by looking. */
  readonly news?: ConsentNews | undefined;
  /** How often it is looked, in ms: news may get lost. */
  readonly everyMs: number;
  readonly log: BotLog;
}

/**
 * Lets what was decided in another process count in this one: work on recordings of those who opted out stops, and live captions
 * hear whom they may. Returns how to end it.
 */
export function watchConsent(options: ConsentWatchOptions): () => void {
  const { running, captioning, consent, news, everyMs, log } = options;
  const look = async (memberIds: readonly string[] | undefined): Promise<void> => {
    for (const [memberId, choice] of await consent.choices(memberIds ?? running.members()))
      if (choice === "out") running.stop(memberId);
    await captioning.refreshConsent(memberIds);
  };
  const looked = async (memberIds?: readonly string[]): Promise<void> => {
    try {
      await look(memberIds);
    } catch (error) {
      log.warn(errorCodes(error), "who opted out could not be looked up");
    }
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A slow database is not asked twice at once.
    looking ??= looked().finally(() => (looking = undefined));
  }, everyMs).unref();
  const deafen = news?.listen((memberId) => void looked([memberId]));
  return () => {
    clearInterval(timer);
    deafen?.();
  };
}
