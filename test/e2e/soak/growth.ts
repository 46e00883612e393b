/** What the sampler writes, by name. */
export type Sample = Readonly<Record<string, number>>;

/** How much a figure may be higher at the end than after warming up: in its own unit, and as a share. */
export interface Allowance {
  readonly name: string;
  readonly unit: string;
  readonly absolute: number;
  readonly share: number;
}

/** A figure over the whole run. */
export interface Growth {
  readonly name: string;
  readonly unit: string;
  /** Median of the second quarter of the run; the first is for warming up. */
  readonly early: number;
  /** Median of the last quarter. */
  readonly late: number;
  readonly highest: number;
  readonly isFlat: boolean;
}

/** Compares the second quarter of a run with its last: medians, because single samples are noise. */
export function growthOf(samples: readonly Sample[], allowances: readonly Allowance[]): readonly Growth[] {
  const quarter = Math.floor(samples.length / 4);
  return allowances.map(({ name, unit, absolute, share }) => {
    const values = samples.map((sample) => sample[name] ?? Number.NaN);
    const early = median(values.slice(quarter, 2 * quarter));
    const late = median(values.slice(-quarter));
    const isFlat = late <= early + Math.max(absolute, early * share);
    return { name, unit, early, late, highest: Math.max(...values), isFlat };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
