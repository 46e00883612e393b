import type { Store } from "../../store/store.ts";
import type { RunningWork } from "../answers/running-work.ts";
import type { Captioning } from "../captions/captioning.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { BotLog } from "../log.ts";

/** What somebody did in one process that the others have to heed. */
export interface MemberEvent {
  /** They opted out or in (which, the store says), or had their words deleted. */
  readonly type: "decided" | "deleted";
  readonly memberId: string;
}

/** Carries word of that from process to process, at once. */
export interface MemberNews {
  /** Never rejects. Who is not reached finds decisions by looking. */
  tell(event: MemberEvent): Promise<void>;
  /** Returns how to end the listening. */
  listen(onNews: (event: MemberEvent) => void): () => void;
}

export interface ConsentWatchOptions {
  readonly running: RunningWork;
  readonly captioning: Pick<Captioning, "refreshConsent">;
  readonly consent: Pick<Store["consent"], "choices">;
  /** Takes what somebody said out of captions that are running. */
  readonly forgetWords: (memberId: string) => Promise<void>;
  /** Where other processes tell theirs; without it they are found by looking. */
  readonly news?: MemberNews | undefined;
  /** How often it is looked, in ms: news may get lost. */
  readonly everyMs: number;
  readonly log: BotLog;
}

/**
 * Lets what was decided in another process count in this one: work on recordings of those who opted out stops, and live captions
 * hear whom they may. Returns how to end it.
 */
export function watchConsent(options: ConsentWatchOptions): () => void {
  const { running, captioning, consent, forgetWords, news, everyMs, log } = options;
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
  const forgotten = async (memberId: string): Promise<void> => {
    try {
      await forgetWords(memberId);
    } catch (error) {
      log.warn(errorCodes(error), "what a member said could not be taken out of captions");
    }
  };
  const deafen = news?.listen(({ type, memberId }) => {
    void (type === "deleted" ? forgotten(memberId) : looked([memberId]));
  });
  return () => {
    clearInterval(timer);
    deafen?.();
  };
}
