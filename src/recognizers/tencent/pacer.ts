import type { SampleRate } from "../../audio/pcm.ts";

export interface PacerOptions {
  readonly sampleRate: SampleRate;
  readonly send: (bytes: Uint8Array) => void;
  /** Everything that was pushed before `end` is sent. */
  readonly onDrained: () => void;
}

/** Sends sound hardly faster than it is spoken: more than 3 s of it within a second is refused (4000). */
export interface Pacer {
  /** What waits to be sent, in ms. */
  readonly queuedMs: number;
  push(samples: Int16Array): void;
  /** The connection stands: what was pushed goes out from now on. */
  start(): void;
  end(): void;
  /** Drops what waits. */
  stop(): void;
}

/** What may go at once, and how much sound follows in each second: 2.5 s in any second at most. */
const burstMs = 1000;
const speed = 1.5;
const tickMs = 40;
/** A message of 200 ms. */
const pieceMs = 200;

export function createPacer({ sampleRate, send, onDrained }: PacerOptions): Pacer {
  let queue: Int16Array[] = [];
  let queuedMs = 0;
  let budgetMs = burstMs;
  let lastMs = 0;
  let ticking: NodeJS.Timeout | undefined;
  let state: "waiting" | "sending" | "stopped" = "waiting";
  let ending = false;
  const msOf = (samples: Int16Array): number => (samples.length * 1000) / sampleRate;

  const flush = (): void => {
    if (state !== "sending") return;
    const nowMs = performance.now();
    budgetMs = Math.min(burstMs, budgetMs + (nowMs - lastMs) * speed);
    lastMs = nowMs;
    for (let next = queue[0]; next && msOf(next) <= budgetMs; next = queue[0]) {
      queue.shift();
      budgetMs -= msOf(next);
      queuedMs -= msOf(next);
      send(new Uint8Array(next.buffer, next.byteOffset, next.byteLength));
    }
    if (queue.length > 0) ticking ??= setInterval(flush, tickMs);
    else {
      clearInterval(ticking);
      ticking = undefined;
      if (ending) {
        state = "stopped";
        onDrained();
      }
    }
  };

  return {
    get queuedMs() {
      return queuedMs;
    },
    push(samples) {
      if (state === "stopped" || ending) return;
      const most = (pieceMs * sampleRate) / 1000;
      for (let at = 0; at < samples.length; at += most) queue.push(samples.slice(at, at + most));
      queuedMs += msOf(samples);
      flush();
    },
    start() {
      if (state !== "waiting") return;
      state = "sending";
      lastMs = performance.now();
      flush();
    },
    end() {
      ending = true;
      flush();
    },
    stop() {
      state = "stopped";
      clearInterval(ticking);
      queue = [];
      queuedMs = 0;
    },
  };
}
