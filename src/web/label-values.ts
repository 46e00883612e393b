/** What stands for everything that is one value too many, or no code at all. */
export const otherValue = "other";

/**
 * Keeps a label's values few, whatever a service sends: codes look like codes, and only the first `most` different ones
 * get a series of their own.
 */
export function createLabelValues(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most || !/^[\w.:-]{1,64}$/.test(value)) return otherValue;
    known.add(value);
    return value;
  };
}
