/** A request as it came and was answered. Bodies and tokens are not kept. */
export interface JournalEntry {
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  readonly surface: "rest" | "cdn" | "foreign";
  readonly method: string;
  /** Below /api/v10 on REST; without query. */
  readonly path: string;
  /** The route that answered, as /channels/:channel/messages. */
  readonly route: string | undefined;
  readonly atMs: number;
  /** 0 while unanswered, -1 when the connection ended without an answer. */
  status: number;
  /** Discord's error code, where there was one. */
  code: number | undefined;
}

/** The newest requests, bounded. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  open(entry: Pick<JournalEntry, "surface" | "method" | "path" | "route" | "atMs">): JournalEntry;
}

const maxEntries = 20_000;

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  let count = 0;
  return {
    entries,
    open: (entry) => {
      count += 1;
      const opened: JournalEntry = { number: count, status: 0, code: undefined, ...entry };
      entries.push(opened);
      if (entries.length > maxEntries) entries.shift();
      return opened;
    },
  };
}
