/** The first millisecond of 2015, from which Discord's ids count (Discord API reference, "Snowflakes"). */
const epochMs = 1_420_070_400_000;

/** When something was made, by its id, in ms since 1970. */
export function timeOfId(id: string): number {
  return Number(BigInt(id) >> 22n) + epochMs;
}

/** The first id that can have been given at a time, in ms since 1970. */
export function firstIdAt(timeMs: number): bigint {
  return BigInt(Math.max(0, Math.floor(timeMs) - epochMs)) << 22n;
}

/** How far apart ids are that were given so long after each other. */
export function idsWithin(durationMs: number): bigint {
  return BigInt(durationMs) << 22n;
}

/** Whether a text is an id of Discord's. */
export function isId(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}
