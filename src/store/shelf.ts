import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Whose recording lies on the shelf: the work item that waits for its words, and the member who is heard. */
export interface ShelfOwner {
  readonly kind: string;
  readonly key: string;
  readonly memberId: string;
}

/** A recording that is ready to be fetched. */
export interface ShelvedRecording {
  readonly path: string;
  readonly bytes: number;
}

/** What became of a recording on the shelf. */
export interface ShelfNotes {
  /** Whether anybody has fetched it, to its end. */
  readonly fetched: boolean;
  /** The id under which a service told of it; undefined where none did. */
  readonly taskId: string | undefined;
}

/**
 * Recordings laid out for a speech service that fetches them: files of DATA_DIR, each in a folder with an unguessable
 * name, the ticket. Whoever has the ticket may fetch, until it expires. Every process that has the folder sees the same.
 */
export interface Shelf {
  /** Lets `write` make the file and gives its ticket once it is whole. Nothing stays where `write` throws. */
  lay<T>(
    options: { readonly owner: ShelfOwner; readonly expiresAtMs: number },
    write: (path: string) => Promise<T>,
  ): Promise<{ readonly ticket: string; readonly written: T }>;
  /** Gives the recording another ticket; the old one is worth nothing from then on. Undefined where it is gone. */
  renew(ticket: string, expiresAtMs: number): Promise<string | undefined>;
  /** Undefined for a ticket that is none, or expired. */
  find(ticket: string): Promise<ShelvedRecording | undefined>;
  owner(ticket: string): Promise<ShelfOwner | undefined>;
  notes(ticket: string): Promise<ShelfNotes | undefined>;
  noteFetched(ticket: string): Promise<void>;
  noteTask(ticket: string, taskId: string): Promise<void>;
  remove(ticket: string): Promise<void>;
  /** Takes away what belongs to a work item, or to a member. */
  removeOf(whose: Pick<ShelfOwner, "kind" | "key"> | Pick<ShelfOwner, "memberId">): Promise<void>;
  /** Takes away what is expired, and what a process died of while it wrote it. */
  sweep(): Promise<void>;
}

/** When it expires, in seconds since 1970 (base 36), and 256 random bits. */
const ticketForm = /^(?<seconds>[0-9a-z]{5,9})-[\w-]{43}$/;
const unfinished = "recording.part";
const finished = "recording.wav";
const ownerFile = "owner.json";
const fetchedFile = "fetched";
const taskFile = "task";

/** A shelf in a folder of its own, which is made when the first recording comes. */
export function createShelf(folder: string): Shelf {
  const at = (ticket: string, name = ""): string => join(folder, ticket, name);

  const shelf: Shelf = {
    async lay({ owner, expiresAtMs }, write) {
      const ticket = newTicket(expiresAtMs);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await mkdir(at(ticket), { mode: 0o700 });
      try {
        await writePrivately(at(ticket, ownerFile), JSON.stringify(owner));
        const written = await write(at(ticket, unfinished));
        await rename(at(ticket, unfinished), at(ticket, finished));
        return { ticket, written };
      } catch (error) {
        await shelf.remove(ticket);
        throw error;
      }
    },
    async renew(ticket, expiresAtMs) {
      if (!(await shelf.find(ticket))) return undefined;
      const next = newTicket(expiresAtMs);
      await rename(at(ticket), at(next));
      for (const name of [fetchedFile, taskFile]) await rm(at(next, name), { force: true });
      return next;
    },
    async find(ticket) {
      if (!isValid(ticket)) return undefined;
      const path = at(ticket, finished);
      const found = await unlessMissing(stat(path));
      return found && { path, bytes: found.size };
    },
    async owner(ticket) {
      return isValid(ticket) ? await ownerIn(at(ticket, ownerFile)) : undefined;
    },
    async notes(ticket) {
      if (!(await shelf.find(ticket))) return undefined;
      const taskId = (await unlessMissing(readFile(at(ticket, taskFile), "utf8"))) || undefined;
      return { fetched: (await unlessMissing(stat(at(ticket, fetchedFile)))) !== undefined, taskId };
    },
    async noteFetched(ticket) {
      if (isValid(ticket)) await unlessMissing(writePrivately(at(ticket, fetchedFile), ""));
    },
    async noteTask(ticket, taskId) {
      if (isValid(ticket)) await unlessMissing(writePrivately(at(ticket, taskFile), taskId));
    },
    async remove(ticket) {
      if (ticketForm.test(ticket)) await rm(at(ticket), { recursive: true, force: true });
    },
    async removeOf(whose) {
      const wanted = Object.entries(whose);
      for (const ticket of await ticketsIn(folder)) {
        const owner = Object.entries((await ownerIn(at(ticket, ownerFile))) ?? {});
        const isTheirs = wanted.every(([name, value]) => owner.some(([n, v]) => n === name && v === value));
        if (isTheirs) await shelf.remove(ticket);
      }
    },
    async sweep() {
      for (const ticket of await ticketsIn(folder)) if (!isValid(ticket)) await shelf.remove(ticket);
    },
  };
  return shelf;
}

function newTicket(expiresAtMs: number): string {
  return `${Math.ceil(expiresAtMs / 1000).toString(36)}-${randomBytes(32).toString("base64url")}`;
}

/** The time is part of a name that somebody has to know as a whole: it cannot be made later. */
function isValid(ticket: string): boolean {
  const seconds = ticketForm.exec(ticket)?.groups?.["seconds"];
  return seconds !== undefined && Number.parseInt(seconds, 36) * 1000 > Date.now();
}

async function ticketsIn(folder: string): Promise<readonly string[]> {
  return ((await unlessMissing(readdir(folder))) ?? []).filter((name) => ticketForm.test(name));
}

async function ownerIn(path: string): Promise<ShelfOwner | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  const owner = text === undefined ? undefined : parsed(text);
  return isOwner(owner) ? owner : undefined;
}

/** Undefined for what is being written just now, or was when its process died: nobody else's recording hangs on it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isOwner(value: unknown): value is ShelfOwner {
  return (
    typeof value === "object" && value !== null && "kind" in value && "key" in value && "memberId" in value
  );
}

async function writePrivately(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
}

/** What is taken away in the same moment is missing, and no error. */
async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
