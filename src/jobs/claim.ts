import type { Kysely, Selectable, Transaction } from "kysely";

import type { Database, JobTable } from "../store/schema.ts";
import { chooseLane, type Lane } from "./turns.ts";

export type JobRow = Selectable<JobTable>;

export interface ClaimOptions {
  readonly workerId: string;
  readonly kinds: readonly string[];
  readonly nowMs: number;
  readonly leaseMs: number;
  /** Whether the job has no run left: it is claimed to be given up, and no attempt is counted. */
  isExhausted(row: JobRow): boolean;
}

/** Turns of a guild or member that were last served this many places ago are forgotten. */
const rememberedPlaces = 10_000;

/**
 * Takes the job whose turn it is: lanes by weight, in a lane the guild that was served longest ago, in a guild the
 * member, of a member the oldest job. Returns the row as it is now, running. Undefined when nothing waits.
 */
export async function claimNext(
  database: Kysely<Database>,
  options: ClaimOptions,
): Promise<JobRow | undefined> {
  // Looking first costs no write lock, and mostly there is nothing.
  if (!(await isAnyReady(database, options))) {
    return undefined;
  }
  return database.transaction().execute(async (transaction) => {
    await transaction
      .updateTable("job")
      .set({ state: "waiting" })
      .where("state", "=", "later")
      .where("ready_at_ms", "<=", options.nowMs)
      .execute();
    const turn = await nextTurn(transaction, options.kinds);
    if (turn === undefined) {
      return undefined;
    }
    const row = await waiting(transaction, options.kinds)
      .where("lane", "=", turn.lane)
      .where("guild_id", "=", turn.guildId)
      .where("member_id", "=", turn.memberId)
      .selectAll()
      .orderBy("seq")
      .limit(1)
      .executeTakeFirstOrThrow();
    await noteTurn(transaction, turn);
    return transaction
      .updateTable("job")
      .set({
        state: "running",
        worker: options.workerId,
        lease_until_ms: options.nowMs + options.leaseMs,
        runs: row.runs + 1,
        attempt: options.isExhausted(row) ? row.attempt : row.attempt + 1,
        headway: 0,
      })
      .where("seq", "=", row.seq)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

async function isAnyReady(database: Kysely<Database>, options: ClaimOptions): Promise<boolean> {
  const row = await database
    .selectFrom("job")
    .select("seq")
    .where("kind", "in", options.kinds)
    .where((job) =>
      job.or([
        job("state", "=", "waiting"),
        job.and([job("state", "=", "later"), job("ready_at_ms", "<=", options.nowMs)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

interface ChosenTurn {
  /** How many places were given before. */
  readonly place: number;
  readonly lane: Lane;
  readonly guildId: string;
  readonly memberId: string;
}

// eslint-disable-next-line typescript/explicit-function-return-type -- the builder's type is Kysely's to say
function waiting(transaction: Transaction<Database>, kinds: readonly string[]) {
  return transaction.selectFrom("job").where("state", "=", "waiting").where("kind", "in", kinds);
}

async function nextTurn(
  transaction: Transaction<Database>,
  kinds: readonly string[],
): Promise<ChosenTurn | undefined> {
  const rows = await waiting(transaction, kinds).select("lane").groupBy("lane").execute();
  const place = await readPlace(transaction);
  const lane = chooseLane(
    rows.map((row) => row.lane),
    place,
  );
  if (lane === undefined) {
    return undefined;
  }
  const inLane = waiting(transaction, kinds).where("job.lane", "=", lane);
  const { guild_id: guildId } = await inLane
    .leftJoin("job_turn as turn", (join) =>
      join
        .on("turn.scope", "=", "guild")
        .onRef("turn.lane", "=", "job.lane")
        .onRef("turn.guild_id", "=", "job.guild_id"),
    )
    .select("job.guild_id")
    .groupBy("job.guild_id")
    .orderBy((turn) => turn.fn.coalesce(turn.fn.max("turn.served"), turn.lit(0)))
    .orderBy(({ fn }) => fn.min("job.seq"))
    .limit(1)
    .executeTakeFirstOrThrow();
  const { member_id: memberId } = await inLane
    .where("job.guild_id", "=", guildId)
    .leftJoin("job_turn as turn", (join) =>
      join
        .on("turn.scope", "=", "member")
        .onRef("turn.lane", "=", "job.lane")
        .onRef("turn.guild_id", "=", "job.guild_id")
        .onRef("turn.member_id", "=", "job.member_id"),
    )
    .select("job.member_id")
    .groupBy("job.member_id")
    .orderBy((turn) => turn.fn.coalesce(turn.fn.max("turn.served"), turn.lit(0)))
    .orderBy(({ fn }) => fn.min("job.seq"))
    .limit(1)
    .executeTakeFirstOrThrow();
  return { place, lane, guildId, memberId };
}

async function readPlace(transaction: Transaction<Database>): Promise<number> {
  const row = await transaction
    .selectFrom("job_turn")
    .select("served")
    .where("scope", "=", "all")
    .executeTakeFirst();
  return row?.served ?? 0;
}

/** Writes down who got the place. */
async function noteTurn(transaction: Transaction<Database>, turn: ChosenTurn): Promise<void> {
  const { lane, guildId, memberId } = turn;
  const served = turn.place + 1;
  await transaction
    .insertInto("job_turn")
    .values([
      { scope: "all", lane: "", guild_id: "", member_id: "", served },
      { scope: "guild", lane, guild_id: guildId, member_id: "", served },
      { scope: "member", lane, guild_id: guildId, member_id: memberId, served },
    ])
    .onConflict((conflict) =>
      conflict.columns(["scope", "lane", "guild_id", "member_id"]).doUpdateSet({ served }),
    )
    .execute();
  if (served % 1000 === 0) {
    await transaction
      .deleteFrom("job_turn")
      .where("scope", "in", ["guild", "member"])
      .where("served", "<", served - rememberedPlaces)
      .execute();
  }
}
