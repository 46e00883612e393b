import { setTimeout as after } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { createDaveRoom } from "../../../src/sandbox/voice/dave-room.ts";
import type { DaveRoom } from "../../../src/sandbox/voice/dave-room.ts";
import { createLocalMember } from "../../../src/sandbox/voice/local-member.ts";
import type { LocalMember } from "../../../src/sandbox/voice/local-member.ts";

const channelId = "1200000000000000001";
const frame = Buffer.from("an opus frame, say");

function roomWith(commitDelayMs = 0): {
  room: DaveRoom;
  people: Map<string, LocalMember>;
  enter: (id: number) => LocalMember;
} {
  const room = createDaveRoom(channelId);
  const people = new Map<string, LocalMember>();
  return {
    room,
    people,
    enter(number) {
      const id = `11000000000000000${number}`;
      const member = createLocalMember({
        id,
        channelId,
        dave: room,
        commitDelayMs,
        connected: () => [...people.keys()],
      });
      people.set(id, member);
      room.join(member);
      return member;
    },
  };
}

async function settled(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) throw new Error("the group did not settle");
    await after(5);
  }
}

function inOneGroup(people: readonly LocalMember[]): boolean {
  return (
    people.every(({ ready }) => ready) && new Set(people.map(({ privacyCode }) => privacyCode)).size === 1
  );
}

function hearEachOther(people: readonly LocalMember[]): void {
  for (const from of people) {
    for (const to of people) if (to !== from) expect(to.decrypt(from.id, from.encrypt(frame))).toEqual(frame);
  }
}

describe("a channel's encryption", () => {
  test("starts when the second person comes", async () => {
    const { room, enter } = roomWith();
    const one = enter(1);
    await after(30);
    expect(one.ready).toBe(false);
    const two = enter(2);
    await settled(() => inOneGroup([one, two]));
    hearEachOther([one, two]);
    expect(room.epoch).toBe(1n);
  });

  test("takes in people who come one after the other, and at the same time", async () => {
    const { enter } = roomWith();
    const people = [1, 2].map(enter);
    await settled(() => inOneGroup(people));
    people.push(enter(3));
    await settled(() => inOneGroup(people));
    people.push(...[4, 5, 6].map(enter));
    await settled(() => inOneGroup(people));
    hearEachOther(people);
  });

  test("goes on when somebody leaves, and starts over for whoever is left alone", async () => {
    const { room, people, enter } = roomWith();
    const [one, two, three] = [1, 2, 3].map(enter) as [LocalMember, LocalMember, LocalMember];
    await settled(() => inOneGroup([one, two, three]));
    people.delete(three.id);
    room.leave(three.id);
    await settled(() => room.groupIds.length === 2 && inOneGroup([one, two]));
    hearEachOther([one, two]);
    people.delete(two.id);
    room.leave(two.id);
    expect(room.groupIds).toEqual([]);
    const four = enter(4);
    await settled(() => inOneGroup([one, four]));
    hearEachOther([one, four]);
  });

  test("withdraws the invitation of somebody who leaves before anybody committed it", async () => {
    const { room, people, enter } = roomWith(50);
    const [one, two] = [1, 2].map(enter) as [LocalMember, LocalMember];
    await settled(() => inOneGroup([one, two]));
    const three = enter(3);
    await after(20);
    people.delete(three.id);
    room.leave(three.id);
    const four = enter(4);
    await settled(() => room.groupIds.length === 3 && inOneGroup([one, two, four]));
    hearEachOther([one, two, four]);
  });

  test("re-keys everybody in the middle of a conversation", async () => {
    const { room, enter } = roomWith();
    const people = [1, 2, 3].map(enter);
    await settled(() => inOneGroup(people));
    const before = people[0]?.privacyCode;
    room.rekey();
    await settled(() => inOneGroup(people) && people[0]?.privacyCode !== before);
    hearEachOther(people);
  });
});
