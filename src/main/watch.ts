import type { Bot } from "../bot/bot.ts";
import type { Observe } from "../bot/observations.ts";
import type { Config } from "../config.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Attempt } from "../recognizers/observed.ts";
import type { Speech } from "../speech.ts";
import { createHealthRoutes } from "../web/health.ts";
import { createMetrics } from "../web/metrics.ts";
import type { Gauges } from "../web/observations.ts";
import { type Check, type Checks, createReadyRoutes } from "../web/readiness.ts";
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

/** `version` is that of package.json. A worker is told nothing by Discord and captions nobody, so it is not asked about that. */
export function createWatch(config: Pick<Config, "recognizer" | "role">, version: string): Watch {
  let parts: WatchedParts | undefined;
  const attached = (): WatchedParts => {
    if (!parts) throw new Error("starting");
    return parts;
  };
  const health = createRecognizerHealth(config.recognizer);
  const ofDiscord: Gauges = {
    connected: () => attached().bot.state().connected,
    servers: () => attached().bot.state().servers,
    captions: () => attached().bot.state(),
  };
  const metrics = createMetrics({
    version,
    gauges: {
      ...(config.role === "worker" ? {} : ofDiscord),
      waitingCalls: () => attached().speech.waiting().calls,
      allowedPerSecond: () => attached().speech.waiting().allowedPerSecond,
      jobs: async () => await attached().jobs.depth(),
    },
  });
  const starting: Check = { ok: false, reason: "starting" };
  const listening: Checks = {
    gateway: () => (parts ? gatewayCheck(parts) : starting),
    hearing: () => (parts ? hearingCheck(parts) : starting),
  };
  const checks: Checks = {
    queue: async () => (parts ? await queueCheck(parts) : starting),
    recognizer: () => health.check(),
    ...(config.role === "worker" ? {} : listening),
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

function gatewayCheck({ bot }: WatchedParts): Check {
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
