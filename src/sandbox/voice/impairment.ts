/** What a bad network does to packets; shares from 0 to 1. */
export interface Impairment {
  readonly loss?: number;
  readonly duplicate?: number;
  /** Share of packets that are overtaken by the next ones. */
  readonly reorder?: number;
  /** Delay that varies evenly between 0 and this. */
  readonly jitterMs?: number;
}

/** How long each copy of the next packet is under way, in ms; empty where it is lost. Seeded: the same seed, the same fate. */
export function createFate(seed: number): (impairment: Impairment) => readonly number[] {
  const random = mulberry32(seed);
  return ({ loss = 0, duplicate = 0, reorder = 0, jitterMs = 0 }) => {
    const [lost, twice, late, jitter] = [random(), random(), random(), random()];
    if (lost < loss) return [];
    const delayMs = jitter * jitterMs + (late < reorder ? 45 : 0);
    return twice < duplicate ? [delayMs, delayMs + 5] : [delayMs];
  };
}

/** A small generator with a 32-bit state, even from 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
