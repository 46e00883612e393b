import { expect, test } from "vitest";

import { createMessagesInTurn } from "../../../src/bot/voice/voice-drain.ts";

/** Reads a socket as the event loop does: so many datagrams each round, for as long as the list says. */
function socketWith(rounds: readonly number[]): {
  readonly read: () => number;
  readonly rounds: () => number;
} {
  let datagrams = 0;
  let round = 0;
  const go = (): void => {
    datagrams += rounds[round++] ?? 0;
    if (round <= rounds.length) setImmediate(go);
  };
  go();
  return { read: () => datagrams, rounds: () => round };
}

/** What was handled, and after how many datagrams. */
async function handled(
  rounds: readonly number[],
): Promise<{ message: string; after: number; rounds: number }> {
  const socket = socketWith(rounds);
  return new Promise((resolve) => {
    const inTurn = createMessagesInTurn<string>({
      read: socket.read,
      handle: (message) => resolve({ message, after: socket.read(), rounds: socket.rounds() }),
    });
    inTurn.push("left");
  });
}

test("a message waits until nothing more is read of what came before it", async () => {
  const { message, after } = await handled([32, 32, 32, 32, 5, 0, 0]);
  expect(message).toBe("left");
  expect(after).toBe(133);
});

test("a message does not wait for those who talk on and on", async () => {
  expect((await handled(Array.from({ length: 50 }, () => 9))).rounds).toBeLessThan(6);
});

test("a message waits no longer than 200 rounds, whatever comes", async () => {
  const { rounds } = await handled(Array.from({ length: 400 }, () => 32));
  expect(rounds).toBeGreaterThan(190);
  expect(rounds).toBeLessThan(210);
});

test("messages are handled in their order, each once, and at once where nothing can come before them", async () => {
  const order: number[] = [];
  const inTurn = createMessagesInTurn<number>({ read: () => 0, handle: (one) => order.push(one) });
  inTurn.push(1);
  inTurn.push(2);
  inTurn.flush();
  expect(order).toEqual([1, 2]);
  inTurn.push(3);
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  expect(order).toEqual([1, 2, 3]);
});
