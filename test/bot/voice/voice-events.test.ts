import { expect, test } from "vitest";

import { createEventQueue } from "../../../src/bot/voice/voice-events.ts";

type Event = number | string;
const queue = (maxPackets: number): ReturnType<typeof createEventQueue<Event>> =>
  createEventQueue<Event>({ maxPackets, isPacket: (event) => typeof event === "number" });

test("events come in their order, those from before and those from after the listener came", async () => {
  const events = queue(10);
  events.push("one");
  const heard: Event[] = [];
  const listening = (async () => {
    for await (const event of events.events) {
      heard.push(event);
      if (event === "one") events.push(2);
      if (event === 2) setImmediate(() => events.push("three"));
      if (event === "three") events.end();
    }
  })();
  await listening;
  expect(heard).toEqual(["one", 2, "three"]);
});

test("packets that nobody takes are dropped, and counted; nothing else ever is", async () => {
  const events = queue(3);
  for (const event of [1, 2, 3, 4, "state", 5, "state"]) events.push(event);
  events.end();
  expect(await Array.fromAsync(events.events)).toEqual([1, 2, 3, "state", "state"]);
  expect(events.overflowed).toBe(2);
});

test("there is room again once the listener has taken what was there", async () => {
  const events = queue(1);
  const listener = events.events[Symbol.asyncIterator]();
  events.push(1);
  events.push(2);
  expect(await listener.next()).toEqual({ done: false, value: 1 });
  events.push(3);
  expect(await listener.next()).toEqual({ done: false, value: 3 });
});

test("what comes after the end is nobody's any more", async () => {
  const events = queue(1);
  events.end();
  events.push("late");
  expect(await Array.fromAsync(events.events)).toEqual([]);
});
