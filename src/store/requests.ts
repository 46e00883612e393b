import type { Kysely } from "kysely";

import type { RecordingSource } from "./cache.ts";
import type { Cipher } from "./cipher.ts";
import type { Database } from "./schema.ts";

/** What somebody asked for, as long as something can be done with its answer: other formats, another language, taking it away. */
export interface StoredRequest {
  /** The interaction's id. */
  readonly id: string;
  readonly askerId: string;
  /** As JSON text; it holds addresses and tokens. */
  readonly details: string;
  readonly sources: readonly RecordingSource[];
  readonly expiresAtMs: number;
}

export interface Requests {
  /** Replaces what was kept under the same id. */
  put(request: StoredRequest): Promise<void>;
  /** The details, if they have not expired. */
  get(id: string): Promise<string | undefined>;
  /** Those whose recordings are in a message. */
  ofMessage(messageId: string): Promise<readonly { readonly id: string; readonly details: string }[]>;
  delete(id: string): Promise<void>;
}

/** Requests in the database, sealed. */
export function createRequests(database: Kysely<Database>, cipher: Cipher, nowMs: () => number): Requests {
  const get = async (id: string): Promise<string | undefined> => {
    const row = await database
      .selectFrom("request")
      .select("details")
      .where("id", "=", id)
      .where("expires_at_ms", ">", nowMs())
      .executeTakeFirst();
    return row && cipher.open(row.details, contextOf(id));
  };

  return {
    get,
    async put({ id, askerId, details, sources, expiresAtMs }) {
      const row = {
        asker_id: askerId,
        details: cipher.seal(details, contextOf(id)),
        expires_at_ms: Math.round(expiresAtMs),
      };
      // A request without its sources would be forgotten by nobody but who asked.
      await database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("request")
          .values({ id, ...row })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
          .execute();
        for (const { memberId, messageId } of sources) {
          await transaction
            .insertInto("request_source")
            .values({ request_id: id, member_id: memberId, message_id: messageId ?? "" })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
      });
    },
    async ofMessage(messageId) {
      const rows = await database
        .selectFrom("request_source")
        .select("request_id")
        .distinct()
        .where("message_id", "=", messageId)
        .execute();
      const found = await Promise.all(
        rows.map(async ({ request_id: id }) => ({ id, details: await get(id) })),
      );
      return found.flatMap(({ id, details }) => (details === undefined ? [] : [{ id, details }]));
    },
    async delete(id) {
      await forgetRequests(database, [id]);
    },
  };
}

function contextOf(id: string): string {
  return `request:${id}`;
}

async function forgetRequests(database: Kysely<Database>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.deleteFrom("request").where("id", "in", ids).execute();
  await database.deleteFrom("request_source").where("request_id", "in", ids).execute();
}

/** Forgets what a member asked for, and what others asked of their recordings. */
export async function forgetRequestsOf(database: Kysely<Database>, memberId: string): Promise<void> {
  const asked = await database.selectFrom("request").select("id").where("asker_id", "=", memberId).execute();
  const heard = await database
    .selectFrom("request_source")
    .select("request_id as id")
    .where("member_id", "=", memberId)
    .execute();
  await forgetRequests(
    database,
    [...asked, ...heard].map(({ id }) => id),
  );
}

/** Deletes what has expired, or would be kept past `untilMs`, as after the retention was shortened. */
export async function sweepRequests(
  database: Kysely<Database>,
  { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs: number },
): Promise<void> {
  await database
    .deleteFrom("request")
    .where((row) => row.or([row("expires_at_ms", "<=", nowMs), row("expires_at_ms", ">", untilMs)]))
    .execute();
  await database
    .deleteFrom("request_source")
    .where("request_id", "not in", (rows) => rows.selectFrom("request").select("id"))
    .execute();
}
