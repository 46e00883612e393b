import type { Settings } from "../../store/setting-kinds.ts";
import { nextDayMs, type Usage } from "../../store/usage.ts";
import type { CaptionSession } from "./caption-session.ts";
import type { BotLog } from "../log.ts";
import { errorCodes } from "../discord/refusals.ts";

/** Counts what is said in sessions on the accounts of who says it; ends those of servers whose minutes of the day are used up. */
export interface CaptionAccounts {
  /** At most one for each server. */
  open(session: CaptionSession, settings: MinutesOfGuild): void;
  /** The session is over. */
  close(guildId: string): void;
  /** Resolves once everything is written down. */
  settled(): Promise<void>;
}

type MinutesOfGuild = Pick<Settings, "guildMinutes">;

export interface CaptionAccountsOptions {
  readonly usage: Usage;
  readonly log: BotLog;
  /** How often it is written down, in ms. */
  readonly everyMs: number;
}

const minuteMs = 60_000;

export function createCaptionAccounts({ usage, log, everyMs }: CaptionAccountsOptions): CaptionAccounts {
  const closers = new Map<string, () => Promise<void>>();
  const closing = new Set<Promise<void>>();

  const open = (session: CaptionSession, settings: MinutesOfGuild): (() => Promise<void>) => {
    const { guildId } = session.record;
    const over = new AbortController();
    let counted = new Map<string, number>();
    session.overhear(over.signal, ({ speakerId, startMs, endMs }) => {
      counted.set(speakerId, (counted.get(speakerId) ?? 0) + Math.max(0, endMs - startMs));
    });
    const write = async (): Promise<void> => {
      const taken = counted;
      counted = new Map();
      try {
        for (const [memberId, captionsMs] of taken) await usage.add({ guildId, memberId }, { captionsMs });
        if (await areMinutesUsedUp({ usage, guildId, settings })) void session.end("used-up");
      } catch (error) {
        log.warn({ guildId, ...errorCodes(error) }, "what was said could not be counted");
      }
    };
    const timer = setInterval(() => void write(), everyMs).unref();
    return async () => {
      clearInterval(timer);
      over.abort();
      await write();
      const { calls } = session.facts.captions;
      // Which call was whose, nobody knows: several speakers may share one.
      if (calls > 0) await usage.add({ guildId, memberId: "" }, { calls });
    };
  };

  return {
    open(session, settings) {
      closers.set(session.record.guildId, open(session, settings));
    },
    close(guildId) {
      const close = closers.get(guildId);
      if (!close) return;
      closers.delete(guildId);
      const closed = close().catch((error: unknown) => {
        log.warn({ guildId, ...errorCodes(error) }, "what was said could not be counted");
      });
      closing.add(closed);
      void closed.then(() => closing.delete(closed));
    },
    async settled() {
      await Promise.all(closing);
    },
  };
}

/** Whether a server that has a limit has nothing left today. */
export async function areMinutesUsedUp({
  usage,
  guildId,
  settings,
}: {
  readonly usage: Usage;
  readonly guildId: string;
  readonly settings: MinutesOfGuild;
}): Promise<boolean> {
  const { guildMinutes } = settings;
  if (guildMinutes === null) return false;
  return (await usage.todayMs(guildId)) >= guildMinutes * minuteMs;
}

/** When there are new minutes, as Discord shows it in each reader's own clock. */
export function newMinutesAt(nowMs: number): string {
  const seconds = Math.floor(nextDayMs(nowMs) / 1000);
  return `<t:${seconds}:t> (<t:${seconds}:R>)`;
}
