import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import type { Cipher } from "../../store/cipher.ts";
import { type FileLock, tryLockFile } from "../../store/file-lock.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";

/** What has to be known of a session to end it in another process. */
export interface SessionRecord {
  readonly guildId: string;
  readonly voiceChannelId: string;
  /** Where its captions go, and its transcript in the end. */
  readonly placeId: string;
  /** The bot's nickname before; undefined where it was not changed. */
  readonly formerNick: string | null | undefined;
  readonly locale: string;
  readonly startedAtMs: number;
}

/** Appends what was said to a file of the session's own, so that nothing is lost with the process. */
export interface CaptionJournal {
  append(caption: NamedCaption): Promise<void>;
  /** Everything so far. */
  read(): Promise<readonly NamedCaption[]>;
  /** Takes out what a member said. */
  forget(memberId: string): Promise<void>;
  /** The transcript is posted: nothing is kept. */
  remove(): Promise<void>;
  /** Nobody writes it any more; what it holds is for whoever recovers. */
  leave(): Promise<void>;
}

/** A session of an earlier process. */
export interface LeftSession {
  readonly record: SessionRecord;
  readonly journal: CaptionJournal;
}

export interface CaptionJournals {
  begin(record: SessionRecord): Promise<CaptionJournal>;
  /** Sessions that ended with their process; those of another process that lives are its own. */
  left(): Promise<readonly LeftSession[]>;
}

const suffix = ".jsonl";
const lockSuffix = ".lock";

/**
 * One file for each session in a folder that only the bot's user may read: a line of JSON for the session, then one for each
 * caption, encrypted where there is a key. A lock beside it tells a session that runs from one whose process died.
 */
export function createCaptionJournals(folder: string, cipher: Cipher): CaptionJournals {
  return {
    async begin(record) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${randomUUID()}${suffix}`);
      const lock = lockOf(file);
      if (!lock) throw new Error("the lock of a new journal is taken");
      const handle = await open(file, "wx", 0o600);
      try {
        await handle.appendFile(`${cipher.seal(JSON.stringify(record), contextOf(file))}\n`);
      } finally {
        await handle.close();
      }
      return journalAt(file, lock, cipher);
    },
    async left() {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(
        names
          .filter((name) => name.endsWith(suffix))
          .map(async (name): Promise<LeftSession[]> => {
            const file = join(folder, name);
            const lock = lockOf(file);
            if (!lock) return [];
            const [first = ""] = await linesOf(file);
            const [record] = parsed(opened(first, file, cipher), isRecord);
            if (record) return [{ record, journal: journalAt(file, lock, cipher) }];
            lock.release({ remove: true });
            return [];
          }),
      );
      return found.flat();
    },
  };
}

function lockOf(file: string): FileLock | undefined {
  return tryLockFile(`${file}${lockSuffix}`);
}

function contextOf(file: string): string {
  return `captions:${basename(file)}`;
}

/** What cannot be opened, as half a line, counts as nothing. */
function opened(line: string, file: string, cipher: Cipher): string {
  try {
    return cipher.open(line, contextOf(file));
  } catch {
    return "";
  }
}

function journalAt(file: string, lock: FileLock, cipher: Cipher): CaptionJournal {
  let writing = Promise.resolve();
  const append = async (line: string): Promise<void> => {
    const handle = await open(file, "a", 0o600);
    try {
      await handle.appendFile(`${line}\n`);
    } finally {
      await handle.close();
    }
  };
  const rewrite = async (withoutId: string): Promise<void> => {
    const [first = "", ...rest] = await linesOf(file);
    const isTheirs = (line: string): boolean =>
      parsed(opened(line, file, cipher), isCaption).some(({ speakerId }) => speakerId === withoutId);
    const kept = rest.filter((line) => !isTheirs(line));
    await writeFile(`${file}.new`, [first, ...kept].join("\n"), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return {
    async append(caption) {
      const write = writing.then(() => append(cipher.seal(JSON.stringify(caption), contextOf(file))));
      writing = write.catch(() => undefined);
      await write;
    },
    async read() {
      await writing;
      return (await linesOf(file)).slice(1).flatMap((line) => parsed(opened(line, file, cipher), isCaption));
    },
    async forget(memberId) {
      const rewriting = writing.then(() => rewrite(memberId));
      writing = rewriting.catch(() => undefined);
      await rewriting;
    },
    async remove() {
      await writing;
      await rm(file, { force: true });
      lock.release({ remove: true });
    },
    async leave() {
      await writing;
      lock.release({ remove: true });
    },
  };
}

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(file, "utf8")).split("\n");
}

/** The last line may be half written. */
function parsed<Kind>(line: string, isKind: (value: unknown) => value is Kind): Kind[] {
  try {
    const value: unknown = JSON.parse(line);
    return isKind(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isCaption(value: unknown): value is NamedCaption {
  return hasAll(value, ["speakerId", "speaker", "startMs", "endMs", "text"]);
}

function isRecord(value: unknown): value is SessionRecord {
  return hasAll(value, ["guildId", "voiceChannelId", "placeId", "locale", "startedAtMs"]);
}

function hasAll(value: unknown, names: readonly string[]): boolean {
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}
