import type { Bot } from "../bot/bot.ts";
import type { Observe } from "../bot/observations.ts";
import type { Config } from "../config.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Attempt } from "../recognizers/observed.ts";
import type { Speech } from "../speech.ts";
import { createHealthRoutes } from "../web/health.ts";
import { createMetrics } from "../web/metrics.ts";
import { type Check, createReadyRoutes } from "../web/readiness.ts";
import type { Routes } from "../web/server.ts";
import { createRecognizerHealth } from "./recognizer-health.ts";

/** Health and figures of one process: the rooms tell it by callbacks, and it asks them when somebody looks. */
export interface Watch {
  readonly onAttempt: (attempt: Attempt) => void;
  readonly onBreaker: (recognizer: string, state: "open" | "closed") => void;
  readonly observe: Observe;
  /** /healthz, /readyz and /metrics; before `attach` nothing is ready. */
  readonly routes: readonly Routes[];
  attach(parts: WatchedParts): void;
}

/** What is asked when somebody looks. */
export interface WatchedParts {
  readonly bot: Pick<Bot, "state">;
  readonly jobs: Pick<Jobs, "depth">;
  readonly speech: Pick<Speech, "waiting">;
}

/** `version` is that of package.json. */
export function createWatch(config: Pick<Config, "recognizer" | "role">, version: string): Watch {
  let parts: WatchedParts | undefined;
  const attached = (): WatchedParts => {
    if (!parts) throw new Error("starting");
    return parts;
  };
  const health = createRecognizerHealth(config.recognizer);
  const metrics = createMetrics({
    version,
    gauges: {
      connected: () => attached().bot.state().connected,
      servers: () => attached().bot.state().servers,
      waitingCalls: () => attached().speech.waiting().calls,
      allowedPerSecond: () => attached().speech.waiting().allowedPerSecond,
      jobs: async () => await attached().jobs.depth(),
      captions: () => attached().bot.state(),
    },
  });
  const starting: Check = { ok: false, reason: "starting" };
  const checks = {
    gateway: (): Check => (parts ? gatewayCheck(parts, config.role) : starting),
    queue: async (): Promise<Check> => (parts ? await queueCheck(parts) : starting),
    recognizer: (): Check => health.check(),
    hearing: (): Check => (parts ? hearingCheck(parts) : starting),
  };
  return {
    onAttempt(attempt) {
      health.onAttempt(attempt);
      metrics.onCall(attempt);
    },
    onBreaker: health.onBreaker,
    observe: metrics.onBot,
    routes: [createHealthRoutes(), createReadyRoutes(checks), metrics.routes],
    attach(now) {
      parts = now;
    },
  };
}

function gatewayCheck({ bot }: WatchedParts, role: Config["role"]): Check {
  // A worker has none, and needs none.
  if (role === "worker") return { ok: true, facts: {} };
  const { connected, servers } = bot.state();
  return connected
    ? { ok: true, facts: { servers } }
    : { ok: false, reason: "there is no connection to Discord's gateway" };
}

/** A database that fails throws, and that is what the check then says. */
async function queueCheck({ jobs }: WatchedParts): Promise<Check> {
  const { waiting, running, later, oldestWaitingMs } = await jobs.depth();
  return {
    ok: true,
    facts: { waiting, running, later, oldestWaitingSeconds: Math.round(oldestWaitingMs / 1000) },
  };
}

/** One stuck channel may be that channel's permissions; where none can be heard, it is this host or its network. */
function hearingCheck({ bot }: WatchedParts): Check {
  const { sessions, stuck } = bot.state();
  const deaf = (stuck.connection ?? 0) + (stuck.packets ?? 0) + (stuck.decrypting ?? 0);
  const facts = { sessions, deaf };
  return sessions > 0 && deaf === sessions
    ? { ok: false, reason: "no captioned voice channel can be heard", facts }
    : { ok: true, facts };
}
