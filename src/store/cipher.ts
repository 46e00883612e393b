import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";

import type { Kysely } from "kysely";

import { StoreError } from "./errors.ts";
import { createMarks } from "./marks.ts";
import type { Database } from "./schema.ts";

/** Makes text unreadable for whoever has the database and not the key. `context` names the place a text belongs to: it opens nowhere else. */
export interface Cipher {
  /** Whether there is a key. Without one, texts are stored as they are. */
  readonly seals: boolean;
  seal(text: string, context: string): string;
  /** Text that was stored before there was a key comes back as it is. Throws StoreError "failed" for what cannot be opened. */
  open(stored: string, context: string): string;
}

/** No text of people or services begins with a control character; one that does is marked as plain. */
export const sealedPrefix = "\u0001e1:";
const plainPrefix = "\u0001p1:";
const markPrefix = "\u0001";

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** Stores texts as they are. */
export const plainCipher: Cipher = {
  seals: false,
  seal: (text) => (text.startsWith(markPrefix) ? plainPrefix + text : text),
  open(stored, context) {
    if (stored.startsWith(sealedPrefix)) throw unreadable(context);
    return stored.startsWith(plainPrefix) ? stored.slice(plainPrefix.length) : stored;
  },
};

/**
 * AES-256-GCM. The nonce is drawn from the text and its place by HMAC, as in SIV modes: it never repeats for two different
 * texts, and storing the same text in the same place again changes nothing.
 */
export function createCipher(master: Buffer): Cipher {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync("sha256", master, "", `earshot ${purpose}`, keyBytes));
  const [textKey, nonceKey] = [derive("text v1"), derive("nonce v1")];
  return {
    seals: true,
    seal(text, context) {
      const nonce = createHmac("sha256", nonceKey)
        .update(`${context.length}:${context}`)
        .update(text)
        .digest()
        .subarray(0, nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", textKey, nonce).setAAD(Buffer.from(context));
      const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      return sealedPrefix + Buffer.concat(sealed).toString("base64url");
    },
    open(stored, context) {
      if (!stored.startsWith(sealedPrefix)) return plainCipher.open(stored, context);
      const bytes = Buffer.from(stored.slice(sealedPrefix.length), "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", textKey, bytes.subarray(0, nonceBytes))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(-tagBytes));
        const text = bytes.subarray(nonceBytes, -tagBytes);
        return decipher.update(text, undefined, "utf8") + decipher.final("utf8");
      } catch (error) {
        throw unreadable(context, error);
      }
    },
  };
}

/** The context may hold ids, never words. */
function unreadable(context: string, cause?: unknown): StoreError {
  return new StoreError("failed", `A stored text cannot be decrypted (${context}).`, { cause });
}

/** Where a database keeps how its key was derived, and a text that only the right key opens. */
const keyMark = "data-key";
const checkContext = "data-key";
const checkText = "earshot";

interface KeyMark {
  readonly version: 1;
  readonly salt: string;
  readonly check: string;
}

/**
 * The cipher of a database. The first key it sees is its key from then on: throws StoreError "wrong-key" for another one,
 * or where none is given any more.
 */
export async function openCipher(database: Kysely<Database>, dataKey: string | undefined): Promise<Cipher> {
  const marks = createMarks(database);
  const stored = await marks.get(keyMark);
  if (dataKey === undefined) {
    if (stored === undefined) return plainCipher;
    throw new StoreError(
      "wrong-key",
      "DATA_KEY is needed: what is stored in this database was encrypted with one.",
    );
  }
  const mark = readMark(stored ?? (await claimMark(database, dataKey)));
  const cipher = createCipher(await derive(dataKey, Buffer.from(mark.salt, "base64url")));
  try {
    cipher.open(mark.check, checkContext);
  } catch (cause) {
    throw new StoreError(
      "wrong-key",
      "DATA_KEY is not the key this database was encrypted with. Set the right one, or use another database.",
      { cause },
    );
  }
  return cipher;
}

/** Of several processes that start at once, all go by the first one's. */
async function claimMark(database: Kysely<Database>, dataKey: string): Promise<string> {
  const salt = randomBytes(16);
  const check = createCipher(await derive(dataKey, salt)).seal(checkText, checkContext);
  const mark: KeyMark = { version: 1, salt: salt.toString("base64url"), check };
  await database
    .insertInto("mark")
    .values({ key: keyMark, value: JSON.stringify(mark) })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return (await createMarks(database).get(keyMark)) ?? JSON.stringify(mark);
}

function readMark(text: string): KeyMark {
  const mark: unknown = JSON.parse(text);
  if (typeof mark === "object" && mark !== null && "salt" in mark && "check" in mark) {
    const { salt, check } = mark;
    const version = "version" in mark ? mark.version : undefined;
    if (version === 1 && typeof salt === "string" && typeof check === "string")
      return { version, salt, check };
  }
  throw new StoreError(
    "wrong-key",
    "This database was encrypted by a newer version of Earshot: run that version.",
  );
}

const scryptAsync: (
  key: string,
  salt: Buffer,
  length: number,
  options: { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
) => Promise<Buffer> = promisify(scrypt);

/** About a tenth of a second, once at each start. */
async function derive(dataKey: string, salt: Buffer): Promise<Buffer> {
  return scryptAsync(dataKey, salt, keyBytes, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}
