import { join } from "node:path";

import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { createQuota, type Quota } from "../recognizers/quota.ts";
import type { Lane } from "../recognizers/recognizer.ts";
import type { createRedisSlots } from "../recognizers/redis-slots.ts";
import { createLocalSlots, type SlotSource } from "../recognizers/slots.ts";
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
  /** Given, quotas are shared by the processes of all hosts that use the same Redis. */
  readonly redisSlots?: typeof createRedisSlots | undefined;
}

/** Quotas by their files: services of one account that are counted together share one. `onClose` is told what is to be closed. */
export function createQuotas(
  { config, log, redisSlots }: QuotasOptions,
  onClose: (close: () => void) => void,
): Quotas {
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
        if (redisSlots && config.redisUrl !== undefined)
          return createQuota({ slots: overRedis(redisSlots, { url: config.redisUrl, name, qps }, log) });
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

function overRedis(
  create: typeof createRedisSlots,
  { url, name, qps }: { readonly url: string; readonly name: string; readonly qps: number },
  log: Log,
): SlotSource {
  return create({
    url,
    qps,
    prefix: `earshot:quota:${name}:`,
    onLost: (error, { processes }) =>
      log.error(
        { err: error, event: "quota-redis-lost", processes },
        "Redis is gone: this process keeps to its share of the quota until it is back",
      ),
    onBack: () => log.info({ event: "quota-redis-back" }, "Redis is back: the quota is shared again"),
  });
}
