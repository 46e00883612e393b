import type { Clock } from "./clock.ts";

/** The first millisecond of 2015, from which ids count (Discord API reference, "Snowflakes"). */
const epochMs = 1_420_070_400_000n;
const idsPerMs = 4096n;

/** Hands out ids that grow and carry their time, as Discord's do. */
export interface Snowflakes {
  next(): string;
}

export function createSnowflakes(clock: Clock): Snowflakes {
  let lastMs = 0n;
  let increment = 0n;
  return {
    next: () => {
      const nowMs = BigInt(clock.nowMs()) - epochMs;
      if (nowMs > lastMs) {
        lastMs = nowMs;
        increment = 0n;
      } else {
        increment += 1n;
        // 4096 ids in a millisecond: borrow from the next one rather than repeat an id.
        if (increment === idsPerMs) {
          lastMs += 1n;
          increment = 0n;
        }
      }
      return ((lastMs << 22n) | increment).toString();
    },
  };
}

/** The time an id carries, in milliseconds since 1970. */
export function timeOfSnowflake(id: string): number {
  return Number((BigInt(id) >> 22n) + epochMs);
}

/** Whether a value has the form of an id: 17 to 20 digits. */
export function isSnowflake(value: unknown): value is string {
  return typeof value === "string" && /^\d{17,20}$/.test(value);
}

/** Orders ids by age, the oldest first. */
export function bySnowflake(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
