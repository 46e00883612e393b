import { join } from "node:path";

import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { createQuota, type Quota } from "../recognizers/quota.ts";
import type { Lane } from "../recognizers/recognizer.ts";
import { createLocalSlots } from "../recognizers/slots.ts";
import { createSqliteSlots } from "../recognizers/sqlite-slots.ts";
import { prepareFolder } from "../store/data-folder.ts";

/** The embedded recognizer has no quota; its calls take turns all the same, as fast as its processes are. */
const embeddedQps = 50;

/** Who waits for the services' quotas, by lane, and what these allow together. */
export interface WaitingCalls {
  readonly calls: Readonly<Record<Lane, number>>;
  readonly allowedPerSecond: number;
}

/** The quotas of a process. */
export interface Quotas {
  /** One that counts over all processes that share the data folder: its slots lie in a file of this name there. */
  shared(name: string, qps: number): Quota;
  embedded(): Quota;
  waiting(): WaitingCalls;
}

export interface QuotasOptions {
  readonly config: Config;
  readonly log: Log;
}

/** Quotas by their files: services of one account that are counted together share one. `onClose` is told what is to be closed. */
export function createQuotas({ config, log }: QuotasOptions, onClose: (close: () => void) => void): Quotas {
  const known = new Map<string, { readonly quota: Quota; readonly qps: number }>();
  const keep = (name: string, qps: number, create: () => Quota): Quota => {
    const kept = known.get(name);
    if (kept) return kept.quota;
    const quota = create();
    onClose(() => quota.close());
    known.set(name, { quota, qps });
    return quota;
  };
  const waiting = (lane: Lane): number =>
    [...known.values()].reduce((sum, { quota }) => sum + quota.waiting(lane), 0);
  return {
    shared: (name, qps) =>
      keep(name, qps, () => {
        prepareFolder(config.dataDir);
        const slots = createSqliteSlots({
          path: join(config.dataDir, `${name}.db`),
          qps,
          onTrouble: (error) =>
            log.warn({ err: error, event: "quota-file" }, "this process keeps its own pace meanwhile"),
        });
        return createQuota({ slots });
      }),
    embedded: () =>
      keep("", embeddedQps, () => createQuota({ slots: createLocalSlots({ qps: embeddedQps }) })),
    waiting: () => ({
      calls: {
        live: waiting("live"),
        interactive: waiting("interactive"),
        note: waiting("note"),
        file: waiting("file"),
      },
      allowedPerSecond: [...known.values()].reduce((sum, { qps }) => sum + qps, 0),
    }),
  };
}
