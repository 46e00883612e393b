import { Client } from "pg";

import { fromPostgres } from "./postgres-errors.ts";

const patienceMs = 5000;

/** Logs in to a PostgreSQL server and gives its version, as in "16.4"; changes nothing. Throws StoreError. */
export async function probePostgres(url: string): Promise<string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
    application_name: "earshot doctor",
  });
  // What breaks the connection also fails the call under way.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return rows[0]?.server_version.split(" ", 1)[0] ?? "of an unknown version";
  } catch (error) {
    throw fromPostgres(error);
  } finally {
    await client.end();
  }
}
