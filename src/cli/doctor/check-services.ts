import type { Config } from "../../config.ts";
import { probeRedis } from "../../jobs/redis/probe-redis.ts";
import { StoreError } from "../../store/errors.ts";
import { probePostgres } from "../../store/probe-postgres.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

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

/** The server that work and quota are shared over, where there is to be one. */
export async function checkRedis({ redisUrl }: Pick<Config, "redisUrl">): Promise<readonly Finding[]> {
  if (redisUrl === undefined) return [];
  try {
    const { version, appendsToDisk, evictionPolicy } = await probeRedis(redisUrl);
    const answers = ok("Redis", `version ${version} answers`);
    const keeps =
      evictionPolicy === "noeviction"
        ? []
        : [
            broken(
              "Redis's memory",
              `${evictionPolicy} throws work away when it is full`,
              "maxmemory-policy noeviction",
            ),
          ];
    const writes = appendsToDisk
      ? []
      : [
          warning(
            "Redis's disk",
            "work of the last minutes is lost when it ends",
            "appendonly yes in redis.conf",
          ),
        ];
    return [answers, ...keeps, ...writes];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [broken("Redis", error.message, "look at REDIS_URL and at the server")];
  }
}
