import { createQuota, type Quota } from "../src/recognizers/quota.ts";
import { spacingMs } from "../src/recognizers/pace.ts";
import type { Lane, Turn } from "../src/recognizers/recognizer.ts";
import { createLocalSlots } from "../src/recognizers/slots.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

/** Clips that wait at any time. Of the lanes that are less urgent than the one measured, all of them do. */
const backlogs: Readonly<Record<Exclude<Lane, "live">, number>> = { interactive: 20, note: 50, file: 500 };
const urgency = ["live", "interactive", "note", "file"] as const;
const arrivals = 60;
/** Places between two arrivals of what is measured. */
const apart = 3;
/** The quota that a wait is put into seconds for: SIS's own. */
const qps = 3;
/** The quota that is measured on: waits are counted in places, so a faster one only saves time. */
const measuredQps = 200;

/** How long urgent clips wait while 500 clips of files and all lanes between do, beside one queue in order of arrival. */
export const lanesBenchmark: Benchmark = {
  name: "lanes",
  async run() {
    const fifo = await placesWaited("file", 1);
    const rows: BenchmarkRow[] = [];
    for (const [lane, most] of [
      ["live", 2],
      ["interactive", 3],
      ["note", 4],
    ] as const) {
      rows.push(row(lane, most, { ours: await placesWaited(lane, arrivals), fifo }));
    }
    return rows;
  },
};

function turnOf(lane: Lane): Turn {
  return { lane, guildId: "guild", memberId: "member" };
}

function row(
  lane: Lane,
  most: number,
  { ours, fifo }: { readonly ours: readonly number[]; readonly fifo: readonly number[] },
): BenchmarkRow {
  const [placesOurs, placesFifo] = [percentile(ours, 0.95), percentile(fifo, 0.95)];
  return {
    what: `wait of a clip in the lane "${lane}" behind ${backlogs.file} file clips and all lanes between, p95 of ${ours.length}`,
    ours: inSeconds(placesOurs),
    alternative: `${inSeconds(placesFifo)} in order of arrival`,
    ratio: `${(placesFifo / placesOurs).toFixed(0)}× sooner`,
    bar: `at most ${most} places`,
    met: placesOurs <= most,
  };
}

function inSeconds(places: number): string {
  // Its own place counts: half a spacing on the mean until the next one is due, a whole one at worst.
  const seconds = (places * spacingMs(qps, 35)) / 1000;
  return `${places} ${places === 1 ? "place" : "places"}, ${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s at ${qps}/s`;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Places given from each arrival to its own, included, with the backlog kept full meanwhile. */
async function placesWaited(lane: Lane, count: number): Promise<readonly number[]> {
  const quota = createQuota({ slots: createLocalSlots({ qps: measuredQps }) });
  const closing = new AbortController();
  const places = counted(quota, closing.signal);
  // A file clip behind file clips of the same member: the one queue that others have.
  const below = lane === "file" ? (["file"] as const) : urgency.slice(urgency.indexOf(lane) + 1);
  for (const one of below) {
    const clips = one === "live" ? 0 : backlogs[one];
    for (let clip = 0; clip < clips; clip++) void places.refill(turnOf(one));
  }
  const waited: number[] = [];
  try {
    for (let arrival = 0; arrival < count; arrival++) {
      const before = places.given();
      await places.take(turnOf(lane));
      waited.push(places.given() - before);
      await places.pass(apart);
    }
    return waited;
  } finally {
    closing.abort();
    quota.close();
  }
}

interface CountedPlaces {
  given(): number;
  take(turn: Turn): Promise<void>;
  /** One clip after the other, until closed. */
  refill(turn: Turn): Promise<void>;
  /** Resolves when so many more places were given. */
  pass(places: number): Promise<void>;
}

function counted(quota: Quota, signal: AbortSignal): CountedPlaces {
  let given = 0;
  const watchers = new Set<() => void>();
  const take = async (turn: Turn): Promise<void> => {
    const place = await quota.place(turn, { signal });
    place.sent();
    given++;
    for (const watcher of watchers) watcher();
  };
  return {
    given: () => given,
    take,
    async refill(turn) {
      try {
        while (!signal.aborted) await take(turn);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    async pass(places) {
      const until = given + places;
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          if (given < until) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
      });
    },
  };
}
