import type { Kysely, Selectable, Transaction } from "kysely";

import type { Database, JobTable } from "../store/schema.ts";
import { type ClaimOptions, type KeptJob, suspectFrom } from "./keeper.ts";
import { type Lane, laneOrder, lanes } from "./turns.ts";

export type JobRow = Selectable<JobTable>;

interface ClaimAt extends ClaimOptions {
  readonly nowMs: number;
}

/** Turns of a guild or member that were last served this many places ago are forgotten. */
const rememberedPlaces = 10_000;

/**
 * Takes the job whose turn it is: lanes by weight, in a lane the guild that was served longest ago, in a guild the
 * member, of a member the oldest job, suspects last. Returns the row as it is now, running. Undefined when nothing waits.
 */
export async function claimNext(database: Kysely<Database>, options: ClaimAt): Promise<KeptJob | undefined> {
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
    const turn = await nextTurn(transaction, options);
    if (turn === undefined) {
      return undefined;
    }
    const row = await transaction
      .selectFrom("job")
      .selectAll()
      .where("state", "=", "waiting")
      .where("kind", "in", options.kindsOf(turn.lane))
      .where("lane", "=", turn.lane)
      .where("guild_id", "=", turn.guildId)
      .where("member_id", "=", turn.memberId)
      .$if(options.lossesBelow !== undefined, (jobs) => jobs.where("losses", "<", options.lossesBelow ?? 0))
      // Suspects take turns with their deaths: if it is not one of them that kills, none comes to be given up for it.
      .orderBy((job) => job.case().when("losses", ">=", suspectFrom).then(job.ref("losses")).else(0).end())
      .orderBy("seq")
      .limit(1)
      .executeTakeFirstOrThrow();
    await noteTurn(transaction, turn);
    const claimed = await transaction
      .updateTable("job")
      .set({
        state: "running",
        worker: options.workerId,
        lease_until_ms: options.nowMs + options.leaseMs,
        runs: row.runs + 1,
        attempt: options.isExhausted(toKept(row)) ? row.attempt : row.attempt + 1,
        headway: 0,
      })
      .where("seq", "=", row.seq)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toKept(claimed);
  });
}

function toKept(row: JobRow): KeptJob {
  const { seq, guild_id: guildId, ...rest } = row;
  return {
    ...rest,
    id: String(seq),
    guildId,
    memberId: row.member_id,
    enqueuedAtMs: row.enqueued_at_ms,
    giveUps: row.give_ups,
  };
}

async function isAnyReady(database: Kysely<Database>, options: ClaimAt): Promise<boolean> {
  for (const lane of lanes) {
    const kinds = options.kindsOf(lane);
    if (kinds.length === 0) continue;
    const ofLane = database
      .selectFrom("job")
      .select("seq")
      .where("lane", "=", lane)
      .where("kind", "in", kinds)
      .$if(options.lossesBelow !== undefined, (jobs) => jobs.where("losses", "<", options.lossesBelow ?? 0))
      .limit(1);
    const ready = await ofLane.where("state", "=", "waiting").executeTakeFirst();
    if (ready !== undefined) return true;
    const due = await ofLane
      .where("state", "=", "later")
      .where("ready_at_ms", "<=", options.nowMs)
      .executeTakeFirst();
    if (due !== undefined) return true;
  }
  return false;
}

interface ChosenTurn {
  /** How many places were given before. */
  readonly place: number;
  readonly lane: Lane;
  readonly guildId: string;
  readonly memberId: string;
}

interface LaneToServe {
  readonly kinds: readonly string[];
  readonly lane: Lane;
  readonly lossesBelow: number | undefined;
}

async function nextTurn(
  transaction: Transaction<Database>,
  options: ClaimAt,
): Promise<ChosenTurn | undefined> {
  const { lossesBelow } = options;
  const place = await readPlace(transaction);
  for (const lane of laneOrder(place)) {
    const kinds = options.kindsOf(lane);
    const guildId =
      kinds.length === 0 ? undefined : await nextGuild(transaction, { kinds, lane, lossesBelow });
    if (guildId !== undefined) {
      const memberId = await nextMember(transaction, { kinds, lane, lossesBelow, guildId });
      return { place, lane, guildId, memberId };
    }
  }
  return undefined;
}

async function nextGuild(transaction: Transaction<Database>, of: LaneToServe): Promise<string | undefined> {
  const row = await transaction
    .selectFrom((from) =>
      // Grouped first, so that turns are looked up once for each guild and not for each job.
      from
        .selectFrom("job")
        .select(({ fn }) => ["guild_id", fn.min("seq").as("oldest")])
        .where("state", "=", "waiting")
        .where("lane", "=", of.lane)
        .where("kind", "in", of.kinds)
        .$if(of.lossesBelow !== undefined, (jobs) => jobs.where("losses", "<", of.lossesBelow ?? 0))
        .groupBy("guild_id")
        .as("waiting"),
    )
    .leftJoin("job_turn as turn", (join) =>
      join
        .on("turn.scope", "=", "guild")
        .on("turn.lane", "=", of.lane)
        .onRef("turn.guild_id", "=", "waiting.guild_id"),
    )
    .select("waiting.guild_id")
    .orderBy((turn) => turn.fn.coalesce("turn.served", turn.lit(0)))
    .orderBy("waiting.oldest")
    .limit(1)
    .executeTakeFirst();
  return row?.guild_id;
}

async function nextMember(
  transaction: Transaction<Database>,
  of: LaneToServe & { readonly guildId: string },
): Promise<string> {
  const row = await transaction
    .selectFrom((from) =>
      from
        .selectFrom("job")
        .select(({ fn }) => ["member_id", fn.min("seq").as("oldest")])
        .where("state", "=", "waiting")
        .where("lane", "=", of.lane)
        .where("guild_id", "=", of.guildId)
        .where("kind", "in", of.kinds)
        .$if(of.lossesBelow !== undefined, (jobs) => jobs.where("losses", "<", of.lossesBelow ?? 0))
        .groupBy("member_id")
        .as("waiting"),
    )
    .leftJoin("job_turn as turn", (join) =>
      join
        .on("turn.scope", "=", "member")
        .on("turn.lane", "=", of.lane)
        .on("turn.guild_id", "=", of.guildId)
        .onRef("turn.member_id", "=", "waiting.member_id"),
    )
    .select("waiting.member_id")
    .orderBy((turn) => turn.fn.coalesce("turn.served", turn.lit(0)))
    .orderBy("waiting.oldest")
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.member_id;
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
