import {
  delaySlots,
  initialPace,
  takeSlot,
  throttlePace,
  type PaceSettings,
  type PaceState,
  type Slot,
} from "./pace.ts";
import type { LaneBook } from "./lane-order.ts";
import type { Turn } from "./recognizer.ts";
import type { Front } from "./turns.ts";

/**
 * Where the slots of a quota come from: this process, a file shared by the processes of a host, or a server shared by
 * several hosts. A slot is taken at the moment the request can leave, never ahead of time.
 */
export interface SlotSource {
  /**
   * Takes the slot that is due, or says after how long it is worth asking again. Never throws. `front` is whoever would get it:
   * a source that is shared by hosts lets whose turn it is among all go first.
   */
  take(front?: Front): Slot | Promise<Slot>;
  /** Tells of the places that others were given who share the source, and of what the lanes of all were given. */
  onPlacesElsewhere?(listener: (places: readonly Turn[], book: LaneBook) => void): void;
  /** The request of the slot just taken left so much later than the slot. */
  delay(lateMs: number): void;
  /** The service refused a request for the rate, and asked for a pause if it said so. */
  throttled(retryAfterMs?: number): void;
  close(): void;
}

/** A monotonic clock in ms that all processes of one host share (CLOCK_MONOTONIC). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export interface LocalSlotsOptions extends PaceSettings {
  /** Monotonic, in ms. */
  readonly now?: () => number;
}

/** The slots of a quota that this process has for itself. */
export function createLocalSlots(options: LocalSlotsOptions): SlotSource {
  const now = options.now ?? monotonicMs;
  let state: PaceState = initialPace(options);
  return {
    take() {
      const taken = takeSlot(state, now(), options);
      state = taken.state;
      return taken.slot;
    },
    delay(lateMs) {
      state = delaySlots(state, lateMs);
    },
    throttled(retryAfterMs = 0) {
      state = throttlePace(state, now(), retryAfterMs, options);
    },
    close() {},
  };
}
