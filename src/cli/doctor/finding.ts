/** What one check found. "warning": it works, but not as it could; "skipped": what it needs is missing. */
export type FindingStatus = "ok" | "warning" | "broken" | "skipped";

/** One line of the doctor's. Holds no secrets: it is meant to be shown to others. */
export interface Finding {
  /** What was looked at, as in "Discord token". */
  readonly about: string;
  readonly status: FindingStatus;
  /** What is so, in plain words. */
  readonly said: string;
  /** What helps; only where something is not as it should be. */
  readonly mend?: string;
}

/** Looks at one thing and what belongs to it. Never throws but for the signal. */
export type Checkup = () => Promise<readonly Finding[]>;

export function ok(about: string, said: string): Finding {
  return { about, status: "ok", said };
}

export function warning(about: string, said: string, mend: string): Finding {
  return { about, status: "warning", said, mend };
}

export function broken(about: string, said: string, mend: string): Finding {
  return { about, status: "broken", said, mend };
}

export function skipped(about: string, said: string): Finding {
  return { about, status: "skipped", said };
}

/** A finding as one line. */
export function asLine({ about, status, said, mend }: Finding): string {
  const line = `${status.padEnd(8)} ${about}: ${said}`;
  return mend === undefined ? line : `${line} → ${mend}`;
}

/** The system's or the library's word for an error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
