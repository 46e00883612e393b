import type { Settings } from "../../store/setting-kinds.ts";
import type { Usage, UsageAccount } from "../../store/usage.ts";
import type { AudioSource } from "../discord/attachments.ts";
import { newMinutesAt } from "../captions/caption-account.ts";
import type { RecordingOutcome } from "../recordings.ts";
import type { WorkState } from "../answers/work-state.ts";

/** The account that a work item's recordings go to: who posted them, and what the server allows a day. */
export interface Minutes {
  /**
   * Takes a recording's minutes off today's before anything is fetched; undefined where there was room, or the problem that
   * there is none. Later runs of the same work take nothing twice.
   */
  reserve(source: AudioSource): Promise<RecordingOutcome | undefined>;
  /** Counts what it came to. What will be tried again keeps its place. */
  settle(outcome: RecordingOutcome): Promise<void>;
}

export interface MinutesOptions {
  readonly usage: Usage;
  readonly account: UsageAccount;
  readonly settings: Pick<Settings, "memberMinutes" | "guildMinutes">;
  readonly state: WorkState;
}

const minuteMs = 60_000;

export function createMinutes({ usage, account, settings, state }: MinutesOptions): Minutes {
  const { memberMinutes, guildMinutes } = settings;
  const isLimited = memberMinutes !== null || guildMinutes !== null;
  return {
    async reserve({ file }) {
      if (!isLimited || state.memory.reserved !== null) return undefined;
      const audioMs = file.durationMs ?? 0;
      const reserved = await usage.reserve(account, {
        audioMs,
        memberLimitMs: inMs(memberMinutes),
        guildLimitMs: inMs(guildMinutes),
      });
      if (reserved.type === "used-up")
        return usedUp(reserved.by, (reserved.by === "member" ? memberMinutes : guildMinutes) ?? 0);
      await state.update({ reserved: { day: reserved.day, audioMs } });
      return undefined;
    },
    async settle(outcome) {
      if (outcome.type === "problem" && outcome.again === "by-itself") return;
      const { reserved } = state.memory;
      const reservedMs = reserved?.audioMs ?? 0;
      const counts =
        outcome.type === "transcript"
          ? {
              recordings: 1,
              audioMs: outcome.transcript.durationMs - reservedMs,
              calls: outcome.transcript.requests,
            }
          : { failures: 1, audioMs: -reservedMs };
      state.keep({ reserved: null });
      await usage.add(account, counts, reserved?.day);
    },
  };
}

function inMs(minutes: number | null): number | null {
  return minutes === null ? null : minutes * minuteMs;
}

/** Once the next day has begun, pressing Retry helps. Discord shows the time in each reader's own clock. */
function usedUp(by: "member" | "guild", limitMinutes: number): RecordingOutcome {
  return {
    type: "problem",
    problem: {
      reason: by === "member" ? "member-minutes" : "server-minutes",
      details: { limitMinutes, time: newMinutesAt(Date.now()) },
    },
    again: "by-hand",
    retryAfterMs: undefined,
  };
}
