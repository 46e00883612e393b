import { DAVESession } from "@snazzah/davey";
import { describe, expect, test } from "vitest";

import { createDaveGroup } from "../../../src/sandbox/voice/dave-group.ts";
import type { DaveGroup } from "../../../src/sandbox/voice/dave-group.ts";

const channelId = "1200000000000000001";
const ids = [
  "1100000000000000001",
  "1100000000000000002",
  "1100000000000000003",
  "1100000000000000004",
] as const;

interface Peer {
  readonly id: string;
  readonly session: DAVESession;
}

function newPeer(id: string, group: DaveGroup): Peer {
  const session = new DAVESession(1, id, channelId);
  session.setExternalSender(group.externalSender);
  return { id, session };
}

/** Everybody in `members` processes the proposals; the first one's commit wins, as on a voice server. */
function advance(
  group: DaveGroup,
  members: readonly Peer[],
  proposals: Buffer,
  joining: readonly Peer[] = [],
): void {
  const everybody = [...members, ...joining].map(({ id }) => id);
  const results = members.map(({ session }) =>
    session.processProposals(proposals.readUInt8(0), proposals.subarray(1), everybody),
  );
  const [first] = results;
  const payload = Buffer.concat([first?.commit ?? Buffer.alloc(0), first?.welcome ?? Buffer.alloc(0)]);
  const committed = group.commit(members[0]?.id ?? "", payload);
  if (!committed) throw new Error("the commit was refused");
  for (const { session } of members) session.processCommit(committed.commit);
  for (const { memberId, welcome } of committed.welcomes) {
    joining.find(({ id }) => id === memberId)?.session.processWelcome(welcome);
  }
}

function expectOneGroup(peers: readonly Peer[]): void {
  expect(new Set(peers.map(({ session }) => session.voicePrivacyCode)).size).toBe(1);
  expect(peers[0]?.session.voicePrivacyCode).toMatch(/^\d{30}$/);
  const frame = Buffer.from("0123456789");
  for (const from of peers) {
    for (const to of peers) {
      if (from !== to) expect(to.session.decrypt(from.id, 0, from.session.encryptOpus(frame))).toEqual(frame);
    }
  }
}

/** The first member founds the group by committing the addition of the second. */
function start(group: DaveGroup, [founder, ...others]: readonly [Peer, ...Peer[]]): void {
  founder.session.getSerializedKeyPackage();
  const adds = others.map(({ id, session }) => ({
    memberId: id,
    keyPackage: session.getSerializedKeyPackage(),
  }));
  advance(group, [founder], group.proposeAdds(adds), others);
}

describe("a DAVE group", () => {
  test("of two members has one privacy code and hears both ways", () => {
    const group = createDaveGroup(channelId);
    const [a, b] = [newPeer(ids[0], group), newPeer(ids[1], group)];
    start(group, [a, b]);
    expectOneGroup([a, b]);
    expect(group.epoch).toBe(1n);
  });

  test("takes a third member in, and all three hear each other", () => {
    const group = createDaveGroup(channelId);
    const [a, b, c] = [newPeer(ids[0], group), newPeer(ids[1], group), newPeer(ids[2], group)];
    start(group, [a, b]);
    const add = group.proposeAdds([{ memberId: c.id, keyPackage: c.session.getSerializedKeyPackage() }]);
    advance(group, [a, b], add, [c]);
    expectOneGroup([a, b, c]);
  });

  test("starts with three others added at once", () => {
    const group = createDaveGroup(channelId);
    const peers = ids.map((id) => newPeer(id, group));
    start(group, [peers[0]!, ...peers.slice(1)]);
    expectOneGroup(peers);
  });

  test("loses a member, whose leaf the next newcomer takes", () => {
    const group = createDaveGroup(channelId);
    const [a, b, c, d] = ids.map((id) => newPeer(id, group));
    start(group, [a!, b!, c!]);
    advance(group, [a!, c!], group.proposeRemoves([b!.id])!);
    expectOneGroup([a!, c!]);
    const add = group.proposeAdds([{ memberId: d!.id, keyPackage: d!.session.getSerializedKeyPackage() }]);
    advance(group, [a!, c!], add, [d!]);
    expectOneGroup([a!, c!, d!]);
    advance(group, [a!, c!], group.proposeRemoves([d!.id])!);
    expectOneGroup([a!, c!]);
  });

  test("re-adds a member in one epoch", () => {
    const group = createDaveGroup(channelId);
    const [a, b, c] = ids.map((id) => newPeer(id, group));
    start(group, [a!, b!, c!]);
    const again = newPeer(c!.id, group);
    const changes = group.proposeChanges(
      [c!.id],
      [{ memberId: c!.id, keyPackage: again.session.getSerializedKeyPackage() }],
    );
    advance(group, [a!, b!], changes!, [again]);
    expectOneGroup([a!, b!, again]);
  });

  test("refuses the second commit of an epoch", () => {
    const group = createDaveGroup(channelId);
    const [a, b, c] = ids.map((id) => newPeer(id, group));
    start(group, [a!, b!]);
    const add = group.proposeAdds([{ memberId: c!.id, keyPackage: c!.session.getSerializedKeyPackage() }]);
    const everybody = [a!.id, b!.id, c!.id];
    const commits = [a!, b!].map(({ session }) => session.processProposals(0, add.subarray(1), everybody));
    const payloads = commits.map(({ commit, welcome }) => Buffer.concat([commit!, welcome!]));
    expect(group.commit(a!.id, payloads[0]!)).toBeDefined();
    expect(group.commit(b!.id, payloads[1]!)).toBeUndefined();
  });

  test("takes proposals back", () => {
    const group = createDaveGroup(channelId);
    const [a, b, c] = ids.map((id) => newPeer(id, group));
    start(group, [a!, b!]);
    const add = group.proposeAdds([{ memberId: c!.id, keyPackage: c!.session.getSerializedKeyPackage() }]);
    const everybody = ids.slice();
    for (const { session } of [a!, b!]) session.processProposals(0, add.subarray(1), everybody);
    const revoke = group.revoke()!;
    for (const { session } of [a!, b!]) {
      expect(session.processProposals(1, revoke.subarray(1), everybody).commit).toBeUndefined();
    }
    expect(group.revoke()).toBeUndefined();
  });

  test("refuses bytes that are no commit", () => {
    const group = createDaveGroup(channelId);
    expect(() => group.commit(ids[0], Buffer.from("garbage that is long enough"))).toThrow(RangeError);
  });
});
