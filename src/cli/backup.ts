import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { stdout } from "node:process";
import { parseArgs } from "node:util";

import { callerDirectory, type Config, ConfigError, environment, readConfig } from "../config.ts";
import { backupStore } from "../store/backup.ts";
import { restoreStore } from "../store/restore.ts";
import { UsageError } from "./usage.ts";

/** `earshot backup FILE [--force]`: settings, consent and work as they are now, while the bot goes on. Returns the exit code. */
export async function backup(args: readonly string[]): Promise<number> {
  const { path, force } = readCall(args);
  const { dataDir } = readSettings();
  if (existsSync(path) && !force) throw new UsageError(`${path} is there already; --force replaces it`);
  const bytes = await backupStore({ dataDir, path });
  stdout.write(
    `${path} holds everything in ${dataDir} (${Math.ceil(bytes / 1024)} KiB). Keep it safe: it tells who was answered.\n`,
  );
  return 0;
}

/** `earshot restore FILE`: puts a backup in the place of the database. The bot must not run. Returns the exit code. */
export async function restore(args: readonly string[]): Promise<number> {
  const { path } = readCall(args);
  const { dataDir, dataKey } = readSettings();
  const { formerPath } = await restoreStore({ path, dataDir, dataKey });
  stdout.write(`${dataDir} is as ${path} has it.\n`);
  if (formerPath !== undefined)
    stdout.write(`What was there is kept in ${formerPath}; delete it when all is well.\n`);
  return 0;
}

function readCall(args: readonly string[]): { readonly path: string; readonly force: boolean } {
  try {
    const options = { force: { type: "boolean" } } as const;
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error("which file?");
    return { path: resolve(callerDirectory(environment()), file), force: values.force === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "unknown options", { cause: error });
  }
}

function readSettings(): Config {
  const config = readConfig(environment(), { discord: false, recognizer: false });
  if (config.databaseUrl !== undefined) {
    throw new ConfigError([
      "DATABASE_URL: the data lie in PostgreSQL, which has its own: pg_dump and pg_restore",
    ]);
  }
  return config;
}
