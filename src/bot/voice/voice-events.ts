/** A queue between whoever hears and whoever listens, for one listener. */
export interface EventQueue<Event> {
  /** How many packets there was no room for. */
  readonly overflowed: number;
  push(event: Event): void;
  /** Ends the listener's loop behind what is queued. */
  end(): void;
  readonly events: AsyncIterable<Event>;
}

/**
 * Keeps at most `maxPackets` events for which `isPacket` holds; more are dropped, which their receiver sees as a loss on the
 * network. All others are always kept: there are few.
 */
export function createEventQueue<Event>(options: {
  readonly maxPackets: number;
  readonly isPacket: (event: Event) => boolean;
}): EventQueue<Event> {
  const { maxPackets, isPacket } = options;
  let queued: Event[] = [];
  let packets = 0;
  let overflowed = 0;
  let ended = false;
  let wake: (() => void) | undefined;

  const next = async (): Promise<readonly Event[]> => {
    if (queued.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const batch = queued;
    [queued, packets, wake] = [[], 0, undefined];
    return batch;
  };
  async function* listen(): AsyncGenerator<Event> {
    // Only the end leaves nothing behind.
    for (let batch = await next(); batch.length > 0; batch = await next()) yield* batch;
  }

  return {
    get overflowed() {
      return overflowed;
    },
    push(event) {
      if (ended) return;
      const packet = isPacket(event);
      if (packet && packets >= maxPackets) {
        overflowed++;
        return;
      }
      if (packet) packets++;
      queued.push(event);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    events: { [Symbol.asyncIterator]: listen },
  };
}
