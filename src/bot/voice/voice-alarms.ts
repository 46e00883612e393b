/** Timers of which each can be set again, and which stop together. They keep no process alive. */
export interface Alarms<Name extends string> {
  set(name: Name, afterMs: number, act: () => void): void;
  stop(name: Name): void;
  stopAll(): void;
}

export function createAlarms<Name extends string>(): Alarms<Name> {
  const timers = new Map<Name, NodeJS.Timeout>();
  const stop = (name: Name): void => {
    clearTimeout(timers.get(name));
    timers.delete(name);
  };
  return {
    set(name, afterMs, act) {
      stop(name);
      const ring = (): void => {
        timers.delete(name);
        act();
      };
      timers.set(name, setTimeout(ring, afterMs).unref());
    },
    stop,
    stopAll() {
      for (const name of timers.keys()) stop(name);
    },
  };
}
