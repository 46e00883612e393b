import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startRedis } from "../test/servers/redis.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import type { ClientSettings, Seen, ServiceSettings } from "./quota/messages.ts";

const QPS = 3;
const MEASURED_SECONDS = 30;
const LEARNING_SECONDS = 30;
const JITTER_MS = 80;

interface Run {
  readonly limiter: ClientSettings["limiter"];
  readonly processes: number;
  readonly jitterMs: number;
  readonly redisUrl: string;
}

interface Figures {
  /** Most arrivals in any window of a second. */
  readonly worstSecond: number;
  /** Arrivals in relation to what the quota permits. */
  readonly used: number;
  /** Refusals while the jitter was being learnt, before the figures. */
  readonly learning: number;
  /** Arrivals that made a second hold too many. */
  readonly over: number;
}

/** How much of the quota is used, and whether it is ever exceeded, as a service in a process of its own sees it. */
export const quotaBenchmark: Benchmark = {
  name: "quota",
  async run() {
    await using redis = await startRedis();
    // One network after the other; on each, all runs of a kind side by side, so that they have the same machine.
    const rows: BenchmarkRow[] = [];
    for (const jitterMs of [0, JITTER_MS]) {
      const network = jitterMs === 0 ? "steady network" : `${jitterMs} ms of jitter`;
      const bar = jitterMs === 0 ? 0.96 : 0.88;
      const shared = { jitterMs, redisUrl: redis.url };
      const [usual, ...byFile] = await Promise.all([
        measure({ ...shared, limiter: "fixed window", processes: 4 }),
        ...[1, 4].map((processes) => measure({ ...shared, limiter: "slots", processes })),
      ]);
      for (const [index, figures] of byFile.entries()) {
        rows.push(row(`${processesOf([1, 4][index])}, ${network}`, figures, usual, bar));
      }
      for (const processes of [1, 2, 4]) {
        const figures = await measure({ ...shared, limiter: "slots over Redis", processes });
        rows.push(row(`over Redis, ${processesOf(processes)}, ${network}`, figures, usual, bar));
      }
    }
    return rows;
  },
};

function processesOf(count = 1): string {
  return count === 1 ? "1 process" : `${count} processes`;
}

async function measure({ limiter, processes, jitterMs, redisUrl }: Run): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "earshot-quota-"));
  const children: ChildProcess[] = [];
  const start = (file: string, settings: ServiceSettings | ClientSettings): ChildProcess => {
    const child = fork(join(import.meta.dirname, "quota", file), [JSON.stringify(settings)], {
      execArgv: [],
    });
    children.push(child);
    return child;
  };
  try {
    const service = start("service.ts", { qps: QPS, jitterMs, seed: processes });
    const [port] = (await once(service, "message")) as [number];
    const url = `http://127.0.0.1:${port}`;
    for (let index = 0; index < processes; index += 1)
      start("client.ts", { url, path: join(folder, "quota.db"), limiter, qps: QPS, redisUrl });
    const ask = async (): Promise<Seen[]> => {
      service.send("what did you see");
      return ((await once(service, "message")) as [Seen[]])[0];
    };
    // All are up when requests have come for a few seconds; a network with jitter has to be learnt as well.
    await sleep(5000 + (jitterMs > 0 ? LEARNING_SECONDS * 1000 : 0));
    const before = (await ask()).length;
    await sleep(MEASURED_SECONDS * 1000);
    return figuresOf(await ask(), before);
  } finally {
    // The service last: its clients would complain.
    for (const child of children.toReversed()) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function figuresOf(seen: readonly Seen[], before: number): Figures {
  const times = seen.slice(before).map(({ atMs }) => atMs);
  const inSecond = times.map(
    (end, index) => times.slice(0, index + 1).filter((time) => end - time < 1000).length,
  );
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  return {
    worstSecond: Math.max(...inSecond),
    used: (times.length - 1) / seconds / QPS,
    learning: seen.slice(0, before).filter(({ refused }) => refused).length,
    over: inSecond.filter((count) => count > QPS).length,
  };
}

function row(what: string, ours: Figures, usual: Figures, usedBar: number): BenchmarkRow {
  const learnt = ours.learning > 0 ? `, learnt from ${ours.learning} refusals` : "";
  return {
    what: `quota of ${QPS} a second, ${what}`,
    ours: `${ours.worstSecond} in the worst second, ${percent(ours.used)} used${learnt}`,
    alternative: `fixed window, 4 processes: ${usual.worstSecond} in the worst second, ${percent(usual.used)} used`,
    ratio: `${ours.over} : ${usual.over} requests too many`,
    bar: `never over ${QPS}, at least ${percent(usedBar)} used`,
    met: ours.worstSecond <= QPS && ours.used >= usedBar,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
