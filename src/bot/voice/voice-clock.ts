/** Tells the time as far as everything that came until then was read. */
export interface VoiceClock {
  stop(): void;
}

export interface VoiceClockOptions {
  readonly everyMs: number;
  /** Datagrams read so far. */
  readonly read: () => number;
  /** By performance.now(). */
  readonly onTime: (nowMs: number) => void;
}

/** A voice server that never pauses does not stop the clock. */
const maxRounds = 200;

/**
 * A process that was held up finds its timers due before it has read what came meanwhile: to say what time it is then would
 * turn speech that waits in the socket into silence. So the time is told once a look at the socket has found nothing more.
 */
export function startVoiceClock({ everyMs, read, onTime }: VoiceClockOptions): VoiceClock {
  let state: "idle" | "reading" | "stopped" = "idle";
  const tick = (): void => {
    if (state !== "idle") return;
    state = "reading";
    const nowMs = performance.now();
    const look = (before: number, round: number): void => {
      if (state === "stopped") return;
      if (read() !== before && round < maxRounds) {
        setImmediate(look, read(), round + 1);
        return;
      }
      state = "idle";
      onTime(nowMs);
    };
    // Immediates run after the sockets were read, some datagrams at a time.
    setImmediate(look, read(), 0);
  };
  const timer = setInterval(tick, everyMs).unref();
  return {
    stop() {
      state = "stopped";
      clearInterval(timer);
    },
  };
}
