import { expect, test } from "vitest";

import { seededRandom } from "../../../src/sandbox/random.ts";
import { startVoiceServer } from "../../../src/sandbox/voice/voice-server.ts";

test("people who come back at once, and groups that begin anew meanwhile, always end in one group of all", async () => {
  const server = await startVoiceServer();
  const room = server.room("1200000000000000001");
  const random = seededRandom(5);
  const ids = Array.from({ length: 6 }, (_, index) => `110000000000000000${index}`);
  const people = new Map(ids.map((id) => [id, room.enter({ id })]));
  for (let round = 0; round < 4; round++) {
    for (let step = 0; step < 5; step++) {
      const id = ids[Math.floor(random() * ids.length)] ?? "";
      people.get(id)?.leave();
      people.set(id, room.enter({ id }));
      if (random() < 0.2) room.dave?.rekey();
      // In the middle of whatever messages go to and fro.
      for (let turns = random() * 20; turns > 0; turns--) await new Promise(setImmediate);
    }
    await expect
      .poll(() => new Set([...people.values()].map((person) => person.privacyCode ?? person.id)).size, {
        timeout: 25_000,
      })
      .toBe(1);
    expect(room.dave?.groupIds.toSorted()).toEqual(ids);
  }
  expect(room.dave?.invalidations).toBe(0);
  await server.close();
}, 120_000);
