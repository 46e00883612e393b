import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { readMls, u16, u32, u64, vector } from "./mls-bytes.ts";
import type { MlsReader } from "./mls-bytes.ts";

/**
 * The voice server's side of one DAVE v1 group: an MLS external sender that proposes who joins and leaves, and routes
 * commits and welcomes. It holds no group secret and cannot decrypt (protocol whitepaper, "Delivery service").
 */
export interface DaveGroup {
  /** Payload of op 25: whom members accept proposals from. */
  readonly externalSender: Buffer;
  readonly epoch: bigint;
  /** Members of the current epoch, in no particular order. */
  readonly memberIds: readonly string[];
  /** Makes a new, empty group at epoch 0: what op 24 with epoch 1 announces. */
  reset(): void;
  /** Payload of op 27 that adds members by the bare key packages they sent in op 26. */
  proposeAdds(members: readonly NewMember[]): Buffer;
  /** Payload of op 27 that removes members; unknown ones are left out. Undefined where nobody is left to remove. */
  proposeRemoves(memberIds: readonly string[]): Buffer | undefined;
  /** Remove and add in one message, for members who asked to be re-added (op 31) or came back before their removal was committed. */
  proposeChanges(removes: readonly string[], adds: readonly NewMember[]): Buffer | undefined;
  /** Payload of op 27 that takes back everything proposed and not committed; undefined where nothing is. */
  revoke(): Buffer | undefined;
  /**
   * Takes the payload of op 28 if it commits exactly what is proposed in this epoch; the epoch moves on.
   * Undefined for a commit that came too late. Throws RangeError on bytes that are no commit.
   */
  commit(senderId: string, payload: Buffer): CommittedEpoch | undefined;
}

export interface NewMember {
  readonly memberId: string;
  readonly keyPackage: Buffer;
}

export interface CommittedEpoch {
  /** MLSMessage to announce with op 29 to everybody who was in the group. */
  readonly commit: Buffer;
  /** For op 30: each new member with a welcome reduced to its own secret. */
  readonly welcomes: readonly { readonly memberId: string; readonly welcome: Buffer }[];
}

const mls10 = u16(1);
const publicMessage = u16(1);
const fromExternalSender = Buffer.of(2);
const contentTypeProposal = Buffer.of(2);
const proposalAdd = 1;
const proposalRemove = 3;

interface Outstanding {
  readonly ref: Buffer;
  readonly change:
    | { readonly type: "add"; readonly member: NewMember }
    | { readonly type: "remove"; readonly memberId: string };
}

/** `channelId` is the group's id; members never see another. */
export function createDaveGroup(channelId: string): DaveGroup {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const groupId = u64(BigInt(channelId));
  let epoch = 0n;
  let leaves: (string | undefined)[] = [];
  let outstanding: Outstanding[] = [];

  const propose = (type: number, body: Buffer, change: Outstanding["change"]): Buffer => {
    const content = Buffer.concat([
      vector(groupId),
      u64(epoch),
      fromExternalSender,
      u32(0),
      vector(),
      contentTypeProposal,
      u16(type),
      body,
    ]);
    const signature = signContent(keys.privateKey, content);
    const authenticated = Buffer.concat([publicMessage, content, signature]);
    outstanding.push({ ref: reference("MLS 1.0 Proposal Reference", authenticated), change });
    return Buffer.concat([mls10, authenticated]);
  };
  const removals = (memberIds: readonly string[]): Buffer[] =>
    memberIds.flatMap((memberId) => {
      const leaf = leaves.indexOf(memberId);
      return leaf < 0 ? [] : [propose(proposalRemove, u32(leaf), { type: "remove", memberId })];
    });
  const additions = (members: readonly NewMember[]): Buffer[] =>
    members.map((member) => propose(proposalAdd, member.keyPackage, { type: "add", member }));
  const group: DaveGroup = {
    externalSender: Buffer.concat([vector(publicPoint(keys.publicKey)), u16(1), vector(Buffer.of(0))]),
    get epoch() {
      return epoch;
    },
    get memberIds() {
      return leaves.filter((memberId) => memberId !== undefined);
    },
    reset() {
      epoch = 0n;
      leaves = [];
      outstanding = [];
    },
    proposeAdds: (members) => append(additions(members)),
    proposeRemoves(memberIds) {
      const proposals = removals(memberIds);
      return proposals.length === 0 ? undefined : append(proposals);
    },
    proposeChanges(removes, adds) {
      const proposals = [...removals(removes), ...additions(adds)];
      return proposals.length === 0 ? undefined : append(proposals);
    },
    revoke() {
      if (outstanding.length === 0) return undefined;
      const refs = outstanding.map(({ ref }) => vector(ref));
      outstanding = [];
      return Buffer.concat([Buffer.of(1), vector(...refs)]);
    },
    commit(senderId, payload) {
      const parsed = parseCommit(payload);
      const current = parsed.epoch === epoch && sameRefs(parsed.refs, outstanding);
      if (!current) return undefined;
      const added = applyChanges(leaves, outstanding, senderId);
      epoch += 1n;
      outstanding = [];
      return {
        commit: payload.subarray(0, parsed.length),
        welcomes: welcomesFor(payload.subarray(parsed.length), added),
      };
    },
  };
  return group;
}

/** Operation 0: append. */
function append(proposals: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0), vector(...proposals)]);
}

/** Removes first, then adds each into the left-most free leaf, as MLS does (RFC 9420 §12.4.2); the first committer is leaf 0. */
function applyChanges(
  leaves: (string | undefined)[],
  proposals: readonly Outstanding[],
  senderId: string,
): readonly NewMember[] {
  if (leaves.length === 0) leaves.push(senderId);
  for (const { change } of proposals) {
    if (change.type === "remove") leaves[leaves.indexOf(change.memberId)] = undefined;
  }
  const added: NewMember[] = [];
  for (const { change } of proposals) {
    if (change.type !== "add") continue;
    const free = leaves.indexOf(undefined);
    leaves[free < 0 ? leaves.length : free] = change.member.memberId;
    added.push(change.member);
  }
  return added;
}

function sameRefs(refs: readonly Buffer[], proposals: readonly Outstanding[]): boolean {
  return (
    refs.length === proposals.length && proposals.every(({ ref }) => refs.some((one) => one.equals(ref)))
  );
}

/** FramedContentTBS of an external sender has no group context (RFC 9420 §6.1). */
function signContent(key: KeyObject, content: Buffer): Buffer {
  const toBeSigned = Buffer.concat([mls10, publicMessage, content]);
  const labelled = Buffer.concat([vector(Buffer.from("MLS 1.0 FramedContentTBS")), vector(toBeSigned)]);
  return vector(sign("sha256", labelled, key));
}

/** RefHash of RFC 9420 §5.2. */
function reference(label: string, value: Buffer): Buffer {
  return createHash("sha256")
    .update(Buffer.concat([vector(Buffer.from(label)), vector(value)]))
    .digest();
}

/** The uncompressed point, 65 bytes, is the end of a P-256 SubjectPublicKeyInfo. */
function publicPoint(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }).subarray(-65);
}

/** Walks the commit, since nothing parts it from the welcome behind it (reference: op 28). */
function parseCommit(payload: Buffer): {
  readonly epoch: bigint;
  readonly refs: readonly Buffer[];
  readonly length: number;
} {
  const reader = readMls(payload);
  expect(reader.u16() === 1 && reader.u16() === 1, "not an MLS 1.0 public message");
  reader.vector(); // group id
  const epoch = reader.u64();
  expect(reader.u8() === 1, "not sent by a member");
  reader.u32(); // the sender's leaf
  reader.vector(); // authenticated data
  expect(reader.u8() === 3, "not a commit");
  const proposals = readMls(reader.vector());
  const refs: Buffer[] = [];
  while (proposals.left > 0) {
    expect(proposals.u8() === 2, "a proposal by value");
    refs.push(proposals.vector());
  }
  if (reader.u8() === 1) {
    skipLeafNode(reader);
    reader.vector(); // the path's nodes
  }
  reader.vector(); // signature
  reader.vector(); // confirmation tag
  reader.vector(); // membership tag
  return { epoch, refs, length: reader.at };
}

function skipLeafNode(reader: MlsReader): void {
  reader.vector(); // encryption key
  reader.vector(); // signature key
  reader.u16(); // credential type
  reader.vector(); // identity
  for (let list = 0; list < 5; list++) reader.vector(); // capabilities
  const source = reader.u8();
  if (source === 1) reader.bytes(16); // lifetime
  if (source === 3) reader.vector(); // parent hash
  reader.vector(); // extensions
  reader.vector(); // signature
}

function welcomesFor(welcome: Buffer, added: readonly NewMember[]): CommittedEpoch["welcomes"] {
  if (welcome.length === 0) return [];
  const reader = readMls(welcome);
  const suite = reader.u16();
  const secrets = readMls(reader.vector());
  const groupInfo = reader.vector();
  const entries: { readonly ref: Buffer; readonly bytes: Buffer }[] = [];
  while (secrets.left > 0) {
    const ref = secrets.vector();
    const kemOutput = secrets.vector();
    const ciphertext = secrets.vector();
    entries.push({ ref, bytes: Buffer.concat([vector(ref), vector(kemOutput), vector(ciphertext)]) });
  }
  return added.flatMap(({ memberId, keyPackage }) => {
    const ref = reference("MLS 1.0 KeyPackage Reference", keyPackage);
    const entry = entries.find((one) => one.ref.equals(ref));
    return entry
      ? [{ memberId, welcome: Buffer.concat([u16(suite), vector(entry.bytes), vector(groupInfo)]) }]
      : [];
  });
}

function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new RangeError(`this is no commit: ${otherwise}`);
}
