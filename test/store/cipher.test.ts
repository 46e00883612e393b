import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createCipher, plainCipher } from "../../src/store/cipher.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { StoredTranscript } from "../../src/store/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const dataKey = "correct horse battery staple";
const cipher = createCipher(Buffer.alloc(32, 7));

const transcript: StoredTranscript = {
  key: "1",
  guildId: "2",
  channelId: "3",
  parentId: null,
  memberId: "4",
  askerId: null,
  isPrivate: false,
  linkId: "1",
  linkChannelId: "3",
  createdAtMs: 0,
  text: "pomegranate",
  details: '{"segments":["persimmon"]}',
};

test("words stored with a key are not in the file, and come back whole", async () => {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir, dataKey });
  await store.transcripts.put(transcript);
  expect(await store.transcripts.get("1")).toEqual(transcript);
  await store.close();
  const file = readFileSync(join(dataDir, "earshot.db"), "latin1");
  expect(file).not.toMatch(/pomegranate|persimmon/);
  const again = await openStore({ dataDir, dataKey });
  expect(await again.transcripts.get("1")).toEqual(transcript);
  await again.close();
});

test("a key that comes later encrypts what is there, without leaving it in the file", async () => {
  const dataDir = temporaryFolder();
  const plain = await openStore({ dataDir });
  for (let count = 0; count < 450; count++) await plain.transcripts.put({ ...transcript, key: `${count}` });
  await plain.close();
  expect(readFileSync(join(dataDir, "earshot.db"), "latin1")).toMatch(/pomegranate/);
  const sealed = await openStore({ dataDir, dataKey });
  expect((await sealed.transcripts.get("449"))?.text).toBe("pomegranate");
  await sealed.close();
  expect(readFileSync(join(dataDir, "earshot.db"), "latin1")).not.toMatch(/pomegranate|persimmon/);
});

test.each([
  ["another key", "not the right key at all", "is not the key"],
  ["no key", undefined, "DATA_KEY is needed"],
])("a database that was encrypted does not open with %s", async (_, wrong, sentence) => {
  const dataDir = temporaryFolder();
  await (await openStore({ dataDir, dataKey })).close();
  const opening = openStore({ dataDir, dataKey: wrong });
  await expect(opening).rejects.toMatchObject({ code: "wrong-key" });
  await expect(opening).rejects.toThrow(sentence);
  await (await openStore({ dataDir, dataKey })).close();
});

test("processes that start at once with a new key agree on it", async () => {
  const dataDir = temporaryFolder();
  const stores = await Promise.all([1, 2, 3].map(() => openStore({ dataDir, dataKey })));
  await stores[0]?.transcripts.put(transcript);
  for (const store of stores) expect((await store.transcripts.get("1"))?.text).toBe("pomegranate");
  for (const store of stores) await store.close();
});

test("a sealed text opens in its own place only, and not when it was changed", () => {
  const sealed = cipher.seal("words", "transcript:1:text");
  expect(cipher.open(sealed, "transcript:1:text")).toBe("words");
  expect(() => cipher.open(sealed, "transcript:2:text")).toThrow("cannot be decrypted");
  expect(() => cipher.open(`${sealed.slice(0, -2)}AA`, "transcript:1:text")).toThrow("cannot be decrypted");
});

test("the same text in the same place is the same when sealed, and in another place it is not", () => {
  expect(cipher.seal("words", "a")).toBe(cipher.seal("words", "a"));
  expect(cipher.seal("words", "a").slice(4, 20)).not.toBe(cipher.seal("words", "b").slice(4, 20));
});

test.each(["", "plain", "\u0001e1:looks sealed", "\u0001p1:twice", "中文 👋"])(
  "%j survives with a key, without one, and when a key comes later",
  (text) => {
    expect(plainCipher.open(plainCipher.seal(text, "a"), "a")).toBe(text);
    expect(cipher.open(cipher.seal(text, "a"), "a")).toBe(text);
    expect(cipher.open(plainCipher.seal(text, "a"), "a")).toBe(text);
  },
);
