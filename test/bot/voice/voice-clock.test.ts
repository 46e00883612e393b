import { createSocket } from "node:dgram";
import { once } from "node:events";

import { expect, test } from "vitest";

import { startVoiceClock } from "../../../src/bot/voice/voice-clock.ts";

test("a process that was held up reads what came meanwhile before it says what time it is", async () => {
  const [from, to] = [createSocket("udp4"), createSocket("udp4")];
  let read = 0;
  to.on("message", () => read++);
  to.bind(0, "127.0.0.1");
  await once(to, "listening");
  const { promise: told, resolve: tell } = Promise.withResolvers<number>();
  const clock = startVoiceClock({ everyMs: 20, read: () => read, onTime: () => tell(read) });
  const sent = Array.from(
    { length: 100 },
    async () => new Promise((done) => from.send("packet", to.address().port, "127.0.0.1", done)),
  );
  // They lie in the socket now, and the clock's timer is due before anybody looks there.
  process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100));
  expect(await told).toBe(100);
  clock.stop();
  await Promise.all(sent);
  from.close();
  to.close();
});
