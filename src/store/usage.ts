import type { Kysely } from "kysely";

import type { Database } from "./schema.ts";

/** What was used by one member of one guild on one day, or by all of them together. */
export interface UsageCounts {
  readonly recordings: number;
  /** Length of recordings, and of what was said in captions. */
  readonly audioMs: number;
  readonly captionsMs: number;
  /** Requests made to the speech service, retries included. */
  readonly calls: number;
  /** Recordings that got no words because of a problem. */
  readonly failures: number;
}

/** Whose account something goes to. */
export interface UsageAccount {
  /** "" outside servers. */
  readonly guildId: string;
  readonly memberId: string;
}

export interface DayUsage extends UsageCounts {
  /** As in "2026-11-22", UTC. */
  readonly day: string;
}

export interface MemberUsage extends DayUsage {
  readonly guildId: string;
}

/** Audio that is to be used today, and how much of it may be. Null is without a limit. */
export interface UsageWish {
  readonly audioMs: number;
  readonly memberLimitMs: number | null;
  readonly guildLimitMs: number | null;
}

/** Whether there was room; if so it is taken, on the account of that day. */
export type UsageReserved =
  | { readonly type: "reserved"; readonly day: string }
  | { readonly type: "used-up"; readonly by: "member" | "guild" };

/** Who used how much, by days. Every call throws StoreError. */
export interface Usage {
  reserve(account: UsageAccount, wish: UsageWish): Promise<UsageReserved>;
  /** Adds to a day's account, today's unless told; what was reserved too much is taken off by a negative figure. */
  add(account: UsageAccount, counts: Partial<UsageCounts>, day?: string): Promise<void>;
  /** How much audio a guild used today, captions included. */
  todayMs(guildId: string): Promise<number>;
  /** What a guild used on each day, from the day given; days without use are left out. */
  days(guildId: string, sinceDay: string): Promise<readonly DayUsage[]>;
  /** Everything on a member's account. */
  ofMember(memberId: string): Promise<readonly MemberUsage[]>;
}

/** Stands for members who had their data deleted: what the guild used stays counted. */
const forgotten = "";

const dayMs = 24 * 60 * 60 * 1000;

/** The day of a moment, UTC. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** When the next day begins, in ms since 1970. */
export function nextDayMs(timeMs: number): number {
  return (Math.floor(timeMs / dayMs) + 1) * dayMs;
}

export function createUsage(database: Kysely<Database>, nowMs: () => number): Usage {
  return {
    reserve: async (account, wish) => {
      const day = dayOf(nowMs());
      return database.transaction().execute(async (transaction) => {
        const used = await usedOn(transaction, day, account);
        const by = exceeded(used, wish);
        if (by !== undefined) return { type: "used-up", by } as const;
        await addTo(transaction, { ...account, day }, { audioMs: wish.audioMs });
        return { type: "reserved", day } as const;
      });
    },
    add: async (account, counts, day = dayOf(nowMs())) => addTo(database, { ...account, day }, counts),
    todayMs: async (guildId) =>
      (await usedOn(database, dayOf(nowMs()), { guildId, memberId: forgotten })).guildMs,
    days: async (guildId, sinceDay) => {
      const rows = await database
        .selectFrom("usage")
        .select(({ fn }) => [
          "day",
          fn.sum<number | string>("recordings").as("recordings"),
          fn.sum<number | string>("audio_ms").as("audio_ms"),
          fn.sum<number | string>("captions_ms").as("captions_ms"),
          fn.sum<number | string>("calls").as("calls"),
          fn.sum<number | string>("failures").as("failures"),
        ])
        .where("guild_id", "=", guildId)
        .where("day", ">=", sinceDay)
        .groupBy("day")
        .orderBy("day")
        .execute();
      return rows.map((row) => ({ day: row.day, ...countsOf(row) }));
    },
    ofMember: async (memberId) => {
      const rows = await database
        .selectFrom("usage")
        .selectAll()
        .where("member_id", "=", memberId)
        .orderBy("day")
        .orderBy("guild_id")
        .execute();
      return rows.map((row) => ({ day: row.day, guildId: row.guild_id, ...countsOf(row) }));
    },
  };
}

/** Nothing left at all is over too: a recording whose length nobody knows yet must not slip through. */
function exceeded(
  used: { readonly memberMs: number; readonly guildMs: number },
  { audioMs, memberLimitMs, guildLimitMs }: UsageWish,
): "member" | "guild" | undefined {
  const over = (usedMs: number, limitMs: number | null): boolean =>
    limitMs !== null && (usedMs >= limitMs || usedMs + audioMs > limitMs);
  if (over(used.memberMs, memberLimitMs)) return "member";
  return over(used.guildMs, guildLimitMs) ? "guild" : undefined;
}

async function usedOn(
  database: Kysely<Database>,
  day: string,
  { guildId, memberId }: UsageAccount,
): Promise<{ readonly memberMs: number; readonly guildMs: number }> {
  const rows = await database
    .selectFrom("usage")
    .select(["member_id", "audio_ms", "captions_ms"])
    .where("day", "=", day)
    .where("guild_id", "=", guildId)
    .execute();
  const sum = (of: typeof rows): number =>
    of.reduce((total, row) => total + row.audio_ms + row.captions_ms, 0);
  return { memberMs: sum(rows.filter((row) => row.member_id === memberId)), guildMs: sum(rows) };
}

async function addTo(
  database: Kysely<Database>,
  { day, guildId, memberId }: UsageAccount & { readonly day: string },
  counts: Partial<UsageCounts>,
): Promise<void> {
  const { recordings = 0, audioMs = 0, captionsMs = 0, calls = 0, failures = 0 } = counts;
  const added = {
    recordings,
    audio_ms: Math.round(audioMs),
    captions_ms: Math.round(captionsMs),
    calls,
    failures,
  };
  await database
    .insertInto("usage")
    .values({ day, guild_id: guildId, member_id: memberId, ...added })
    .onConflict((conflict) =>
      conflict.columns(["day", "guild_id", "member_id"]).doUpdateSet((row) => ({
        recordings: row("usage.recordings", "+", added.recordings),
        audio_ms: row("usage.audio_ms", "+", added.audio_ms),
        captions_ms: row("usage.captions_ms", "+", added.captions_ms),
        calls: row("usage.calls", "+", added.calls),
        failures: row("usage.failures", "+", added.failures),
      })),
    )
    .execute();
}

/** Takes a member's name off their accounts. */
export async function forgetUsage(database: Kysely<Database>, memberId: string): Promise<number> {
  const rows = await database.deleteFrom("usage").where("member_id", "=", memberId).returningAll().execute();
  for (const { day, guild_id: guildId, ...counts } of rows)
    await addTo(database, { day, guildId, memberId: forgotten }, countsOf(counts));
  return rows.length;
}

/** Sums are text in PostgreSQL. */
function countsOf(row: {
  readonly recordings: number | string;
  readonly audio_ms: number | string;
  readonly captions_ms: number | string;
  readonly calls: number | string;
  readonly failures: number | string;
}): UsageCounts {
  return {
    recordings: Number(row.recordings),
    audioMs: Number(row.audio_ms),
    captionsMs: Number(row.captions_ms),
    calls: Number(row.calls),
    failures: Number(row.failures),
  };
}
