import type { Kysely } from "kysely";

import type { Database } from "../store/schema.ts";
import type { JobClock } from "./clock.ts";

/** The time that leases and waiting are measured in, in ms. */
export interface JobTime {
  nowMs(): Promise<number>;
}

/**
 * A time that all processes of a host share and nobody can set: this boot's monotonic clock, moved once per boot so
 * that it goes on from the wall clock. A wall clock that jumps neither freezes a waiting job nor ends a lease.
 */
export function createJobTime(database: Kysely<Database>, clock: JobClock): JobTime {
  let offset: Promise<number> | undefined;

  async function load(): Promise<number> {
    const known = await offsetOfBoot(database, clock.bootId);
    return known ?? startBoot(database, clock);
  }

  return {
    nowMs: async () => {
      offset ??= load().catch((error: unknown) => {
        offset = undefined;
        throw error;
      });
      return (await offset) + clock.monotonicMs();
    },
  };
}

async function offsetOfBoot(database: Kysely<Database>, bootId: string): Promise<number | undefined> {
  const row = await database
    .selectFrom("job_clock")
    .select("offset_ms")
    .where("boot_id", "=", bootId)
    .executeTakeFirst();
  return row?.offset_ms;
}

/** The first process of a boot says how its clock goes on; never behind the times the boot before it gave. */
async function startBoot(database: Kysely<Database>, clock: JobClock): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    const known = await offsetOfBoot(transaction, clock.bootId);
    if (known !== undefined) {
      return known;
    }
    const last = await transaction
      .selectFrom("job")
      .select(({ fn }) => fn.max("lease_until_ms").as("lease_until_ms"))
      .executeTakeFirst();
    const startMs = Math.max(Math.floor(clock.wallMs()), last?.lease_until_ms ?? 0);
    const row = { boot_id: clock.bootId, offset_ms: startMs - clock.monotonicMs() };
    await transaction
      .insertInto("job_clock")
      .values({ id: 1, ...row })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
      .execute();
    return row.offset_ms;
  });
}
