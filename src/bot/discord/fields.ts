/** JSON of Discord's, read field by field: what is missing or of another kind becomes empty. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#record = isRecord(value) ? value : {};
  }

  text(name: string): string {
    const value = this.#record[name];
    return typeof value === "string" ? value : "";
  }

  count(name: string): number {
    return this.number(name) ?? 0;
  }

  /** Unlike `count`, tells 0 from nothing. */
  number(name: string): number | null {
    const value = this.#record[name];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  }

  has(name: string): boolean {
    const value = this.#record[name];
    return value !== undefined && value !== null && value !== false;
  }

  /** The first item of a list, whatever it is. */
  first(name: string): unknown {
    const value = this.#record[name];
    return Array.isArray(value) ? value[0] : undefined;
  }

  fields(name: string): Fields {
    return new Fields(this.#record[name]);
  }

  texts(name: string): readonly string[] {
    const value = this.#record[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  list(name: string): readonly Fields[] {
    const value = this.#record[name];
    return Array.isArray(value) ? value.map((item) => new Fields(item)) : [];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
