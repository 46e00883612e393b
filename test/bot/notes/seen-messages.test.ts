import { expect, test } from "vitest";

import { readMessage, type ReceivedMessage } from "../../../src/bot/discord/message.ts";
import { createSeenMessages, type SeenMessages } from "../../../src/bot/notes/seen-messages.ts";
import { firstIdAt } from "../../../src/bot/discord/snowflakes.ts";
import type { SeenMark } from "../../../src/store/store.ts";

const guildId = "1";
const startMs = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;

/** The id of a message written so many ms after the start. */
function idAt(afterMs: number): string {
  return firstIdAt(startMs + afterMs).toString();
}

function messageAt(afterMs: number): ReceivedMessage {
  return readMessage({ id: idAt(afterMs), channel_id: "2", guild_id: guildId });
}

interface Kept {
  readonly messages: SeenMessages;
  /** What is on disk. */
  readonly marks: Map<string, string>;
  readonly writes: (readonly SeenMark[])[];
}

/** Marks over a disk that counts its writes; the guild was watched until `sinceMs` after the start. */
async function watched(sinceMs = 0): Promise<Kept> {
  const marks = new Map([[guildId, idAt(sinceMs)]]);
  const writes: (readonly SeenMark[])[] = [];
  const messages = createSeenMessages({
    seen: {
      all: async () => [...marks].map(([placeId, messageId]) => ({ placeId, isDirect: false, messageId })),
      put: async (changed) => {
        writes.push(changed);
        for (const { placeId, messageId } of changed) marks.set(placeId, messageId);
      },
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    writeAfterMs: 60_000,
  });
  await messages.load();
  return { messages, marks, writes };
}

const nothing = async (): Promise<void> => undefined;

test("what was seen is written down in one go for all messages, a minute behind", async () => {
  const { messages, marks, writes } = await watched();
  for (let second = 0; second < 1000; second++) await messages.watch(messageAt(second * 1000), nothing);
  expect(writes).toEqual([]);
  await messages.close();
  expect([writes.length, marks.get(guildId)]).toEqual([1, idAt(999_000 - minuteMs)]);
});

test("a mark never goes back", async () => {
  const { messages, marks, writes } = await watched(10 * minuteMs);
  await messages.watch(messageAt(0), nothing);
  await messages.close();
  expect([writes, marks.get(guildId)]).toEqual([[], idAt(10 * minuteMs)]);
});

test("a message in work holds the mark before it", async () => {
  const { messages, marks } = await watched();
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = messages.watch(messageAt(minuteMs), () => promise);
  await messages.watch(messageAt(10 * minuteMs), nothing);
  await messages.close();
  expect(BigInt(marks.get(guildId) ?? "0")).toBe(firstIdAt(startMs + minuteMs) - 1n);
  resolve();
  await slow;
  await messages.close();
  expect(marks.get(guildId)).toBe(idAt(9 * minuteMs));
});

test("a message that failed holds the mark until its place was read again", async () => {
  const { messages, marks } = await watched();
  const failure = new Error("no room");
  await expect(messages.watch(messageAt(minuteMs), async () => Promise.reject(failure))).rejects.toBe(
    failure,
  );
  await messages.watch(messageAt(10 * minuteMs), nothing);
  await messages.close();
  expect(marks.get(guildId)).toBe(idAt(0));
  await messages.reading(guildId).close(BigInt(idAt(10 * minuteMs)));
  expect(marks.get(guildId)).toBe(idAt(9 * minuteMs));
});

test("a reading that began before something was missed does not close the gap", async () => {
  const { messages, marks } = await watched();
  messages.gap([guildId]);
  const reading = messages.reading(guildId);
  messages.gap([guildId]);
  await reading.close(BigInt(idAt(10 * minuteMs)));
  await messages.watch(messageAt(20 * minuteMs), nothing);
  await messages.close();
  expect(marks.get(guildId)).toBe(idAt(0));
});

test("the first mark of a place stays before the messages in work", async () => {
  const { messages, marks } = await watched();
  const { promise, resolve } = Promise.withResolvers<void>();
  const other = { ...messageAt(minuteMs), guildId: "5" };
  messages.gap(["5"]);
  const slow = messages.watch(other, () => promise);
  await messages.reading("5").close(BigInt(other.id));
  expect(marks.get("5")).toBe((BigInt(other.id) - 1n).toString());
  resolve();
  await slow;
  await messages.close();
});
