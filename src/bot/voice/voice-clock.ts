import { whenDrained } from "./voice-drain.ts";

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

/**
 * A process that was held up finds its timers due before it has read what came meanwhile: to say what time it is then would
 * turn speech that waits in the socket into silence. So the time is told once a look at the socket has found nothing more.
 */
export function startVoiceClock({ everyMs, read, onTime }: VoiceClockOptions): VoiceClock {
  let callOff: (() => void) | undefined;
  const tick = (): void => {
    if (callOff) return;
    const nowMs = performance.now();
    callOff = whenDrained(read, () => {
      callOff = undefined;
      onTime(nowMs);
    });
  };
  const timer = setInterval(tick, everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      callOff?.();
    },
  };
}
