import { createHash } from "node:crypto";

import type { Clock } from "./clock.ts";

/** How many requests a bucket takes in a window. */
export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/** Limits by route, as "POST /channels/:channel/messages"; `other` holds for all that are not named. */
export interface LimitTable {
  readonly global: Limit;
  readonly other: Limit;
  readonly routes: Readonly<Record<string, Limit>>;
}

/**
 * What people observe (Discord publishes no numbers): posting and editing 5 in 5 s a channel, deleting 5 in 1 s,
 * webhooks and interactions 5 in 2 s a token, reactions 1 in 250 ms; 50 a second over all ("Rate Limits", Global).
 */
export const observedLimits: LimitTable = {
  global: { limit: 50, windowMs: 1000 },
  other: { limit: 50, windowMs: 1000 },
  routes: {
    "POST /channels/:channel/messages": { limit: 5, windowMs: 5000 },
    "PATCH /channels/:channel/messages/:message": { limit: 5, windowMs: 5000 },
    "DELETE /channels/:channel/messages/:message": { limit: 5, windowMs: 1000 },
    "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": { limit: 1, windowMs: 250 },
    "POST /webhooks/:webhook/:token": { limit: 5, windowMs: 2000 },
    "PATCH /webhooks/:webhook/:token/messages/:message": { limit: 5, windowMs: 2000 },
  },
};

/** Where a bucket stands after a request was counted. */
export interface Standing {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

interface Window {
  startMs: number;
  used: number;
}

/** Fixed windows that start with their first request, one for each bucket. */
export interface Limiter {
  take(bucket: string, limit: Limit): Standing;
}

export function createLimiter(clock: Clock): Limiter {
  const windows = new Map<string, Window>();
  return {
    take: (bucket, { limit, windowMs }) => {
      const nowMs = clock.nowMs();
      const known = windows.get(bucket);
      const window = known && nowMs < known.startMs + windowMs ? known : { startMs: nowMs, used: 0 };
      // Buckets that nobody asks for are forgotten by being replaced; the map is bounded by dropping the oldest.
      windows.delete(bucket);
      windows.set(bucket, window);
      if (windows.size > 10_000) windows.delete(windows.keys().next().value ?? "");
      const allowed = window.used < limit;
      if (allowed) window.used += 1;
      return { allowed, limit, remaining: limit - window.used, resetAtMs: window.startMs + windowMs };
    },
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** The headers that describe a bucket (Discord API, "Rate Limits", Header Format). */
export function limitHeaders(route: string, standing: Standing, nowMs: number): Record<string, string> {
  return {
    "x-ratelimit-limit": String(standing.limit),
    "x-ratelimit-remaining": String(standing.remaining),
    "x-ratelimit-reset": seconds(standing.resetAtMs),
    "x-ratelimit-reset-after": seconds(Math.max(0, standing.resetAtMs - nowMs)),
    "x-ratelimit-bucket": createHash("md5").update(route).digest("hex"),
  };
}

/** An answer 429. */
export interface Throttled {
  readonly headers: Record<string, string>;
  readonly body: object;
}

/** The 429 for a wait; `scope` says whose limit it was. */
export function throttled(waitMs: number, scope: "user" | "global" | "shared", code?: number): Throttled {
  return {
    headers: {
      "retry-after": String(Math.ceil(waitMs / 1000)),
      "x-ratelimit-scope": scope,
      ...(scope === "global" && { "x-ratelimit-global": "true" }),
    },
    body: {
      message: scope === "shared" ? "The resource is being rate limited." : "You are being rate limited.",
      retry_after: Number(seconds(waitMs)),
      global: scope === "global",
      ...(code !== undefined && { code }),
    },
  };
}
