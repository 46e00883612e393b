import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Client } from "pg";

import { freePort } from "./free-port.ts";
import { said } from "./redis.ts";

/** Debian's PostgreSQL with a cluster of its own. */
export interface PostgresServer extends AsyncDisposable {
  /** The address of a database of its own, which is made when it is first opened by `ensureDatabase`. */
  newDatabase(): string;
  stop(): Promise<void>;
  /** Starts it again on the same port, with what it had written down. */
  start(): Promise<void>;
}

const run = promisify(execFile);
const versions = "/usr/lib/postgresql";

/** Starts a server on a free port. As root it runs as the user postgres, because PostgreSQL refuses root. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-postgres-"));
  const port = await freePort();
  const newest = readdirSync(versions)
    .toSorted((one, other) => Number(one) - Number(other))
    .at(-1);
  const programs = join(versions, newest ?? "", "bin");
  const user = userOfServer();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const cluster = join(folder, "cluster");
  const how = { ...user, cwd: folder, env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" } };
  await run(
    join(programs, "initdb"),
    ["-D", cluster, "-U", "earshot", "-A", "trust", "-E", "UTF8", "--no-sync"],
    how,
  );
  let child: ChildProcess | undefined;
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  const start = async (): Promise<void> => {
    if (isRunning()) return;
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${folder}`,
      "fsync=off",
    ];
    child = spawn(join(programs, "postgres"), ["-D", cluster, ...settings.flatMap((one) => ["-c", one])], {
      ...how,
      // It speaks on stderr.
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stdout = child.stderr;
    await said(child, /database system is ready to accept connections/);
  };
  const stop = async (): Promise<void> => {
    if (child === undefined || !isRunning()) return;
    // "Fast": what clients do is cut off (postgresql.org/docs/current/server-shutdown.html).
    child.kill("SIGINT");
    await once(child, "exit");
  };
  await start();
  let databases = 0;
  return {
    start,
    stop,
    newDatabase: () => `postgres://earshot@127.0.0.1:${port}/earshot_${++databases}`,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a database that is not there yet, whoever else is about to. */
export async function ensureDatabase(url: string): Promise<void> {
  const { pathname } = new URL(url);
  const name = pathname.slice(1);
  const client = new Client({ connectionString: url.replace(pathname, "/postgres") });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(1)");
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}

function userOfServer(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}
