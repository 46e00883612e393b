/** One line of the benchmark table: a figure of ours beside an alternative measured in the same run. */
export interface BenchmarkRow {
  readonly what: string;
  readonly ours: string;
  readonly alternative: string;
  /** How they compare, as in "12.4× sooner". */
  readonly ratio: string;
  /** What DESIGN.md asks for, and whether this run met it. */
  readonly bar: string;
  readonly met: boolean;
}

/** A group of figures that are measured together. */
export interface Benchmark {
  readonly name: string;
  /** Takes minutes, and runs only when it is named. */
  readonly onRequest?: true;
  run(): Promise<readonly BenchmarkRow[]>;
}
