import type { Config } from "../../config.ts";
import { StoreError } from "../../store/errors.ts";
import { probePostgres } from "../../store/probe-postgres.ts";
import { broken, type Finding, ok } from "./finding.ts";

/** The database server, where there is to be one. */
export async function checkDatabase({
  databaseUrl,
}: Pick<Config, "databaseUrl">): Promise<readonly Finding[]> {
  if (databaseUrl === undefined) return [];
  try {
    return [ok("PostgreSQL", `version ${await probePostgres(databaseUrl)} answers`)];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [broken("PostgreSQL", error.message, "look at DATABASE_URL and at the server")];
  }
}
