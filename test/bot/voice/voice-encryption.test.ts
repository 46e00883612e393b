import { DAVESession } from "@discordjs/voice";
import { DAVESession as Member } from "@snazzah/davey";
import { expect, test } from "vitest";

import { createVoiceEncryption, type VoiceEncryption } from "../../../src/bot/voice/voice-encryption.ts";
import { createDaveGroup } from "../../../src/sandbox/voice/dave-group.ts";

const channelId = "1200000000000000001";
const [anna, bot] = ["1100000000000000001", "1100000000000000099"] as const;
const packet = Buffer.from("7801020304050607", "hex");

interface Ears {
  readonly dave: DAVESession;
  readonly encryption: VoiceEncryption;
  readonly outcomes: string[];
  readonly faults: string[];
  /** Puts the bot into a new group with Anna; gives what she sends. */
  readonly regroup: () => () => Buffer;
}

function ears(): Ears {
  const dave = new DAVESession(1, bot, channelId, {});
  const outcomes: string[] = [];
  const faults: string[] = [];
  const encryption = createVoiceEncryption(
    dave,
    { onFault: (where) => faults.push(where), onRecovery: (outcome) => outcomes.push(outcome) },
    { passthroughMs: 1000 },
  );
  return {
    dave,
    encryption,
    outcomes,
    faults,
    regroup() {
      const group = createDaveGroup(channelId);
      const other = new Member(1, anna, channelId);
      dave.reinit();
      for (const session of [other, dave]) session.setExternalSender(group.externalSender);
      other.getSerializedKeyPackage();
      const keyPackage = dave.session!.getSerializedKeyPackage();
      const proposals = group.proposeAdds([{ memberId: bot, keyPackage }]);
      const { commit, welcome } = other.processProposals(0, proposals.subarray(1), [anna, bot]);
      const { commit: announced, welcomes } = group.commit(anna, Buffer.concat([commit!, welcome!]))!;
      other.processCommit(announced);
      dave.processWelcome(Buffer.concat([Buffer.alloc(2), welcomes[0]!.welcome]));
      return () => other.encryptOpus(packet);
    },
  };
}

test("frames of the group are opened, silence is silence, and all others say why not", () => {
  const { encryption, regroup } = ears();
  expect(encryption.status).toBe("waiting");
  const seal = regroup();
  expect(encryption.status).toBe("on");
  expect(encryption.open(seal(), anna)).toEqual(packet);
  expect(encryption.open(Buffer.from("f8fffe", "hex"), anna)).toEqual(Buffer.from("f8fffe", "hex"));
  expect(encryption.open(seal(), "1100000000000000005")).toBe("undecryptable");
  expect(encryption.open(packet, anna)).toBe("unencrypted");
});

test("without keys nothing is opened, and nothing passes as if it were clear", () => {
  const { encryption, dave } = ears();
  const seal = ears().regroup();
  dave.reinit();
  expect(encryption.open(seal(), anna)).toBe("undecryptable");
  expect(encryption.reopen(seal(), anna)).toBe("undecryptable");
  expect(encryption.open(packet, anna)).toBe("unencrypted");
});

test("keys of a group that is founded anew are good until the new ones are, and for what is still under way then", () => {
  const { encryption, dave, regroup } = ears();
  const seal = regroup();
  encryption.open(seal(), anna);
  const late = seal();
  dave.prepareEpoch({ epoch: 1, protocol_version: 1 });
  expect(encryption.status).toBe("waiting");
  expect(encryption.open(seal(), anna)).toEqual(packet);
  const sealAnew = regroup();
  expect(encryption.open(late, anna)).toEqual(packet);
  expect(encryption.open(sealAnew(), anna)).toEqual(packet);
});

test("frames that came before their keys are opened with them; those that stay shut are no sign of trouble", () => {
  const { encryption, outcomes, regroup } = ears();
  const strange = ears().regroup();
  const seal = regroup();
  for (let count = 0; count < 200; count++) expect(encryption.reopen(strange(), anna)).toBe("undecryptable");
  expect(encryption.reopen(seal(), anna)).toEqual(packet);
  expect(outcomes).toEqual([]);
});

test("a group that is left five times without a word heard in between is not left any more", () => {
  const { encryption, dave, outcomes, regroup } = ears();
  for (let time = 0; time < 7; time++) {
    dave.reinitializing = false;
    encryption.recover();
  }
  expect(outcomes).toEqual([...Array.from({ length: 5 }, () => "started"), "refused", "refused"]);
  const seal = regroup();
  encryption.open(seal(), anna);
  encryption.recover();
  expect(outcomes.at(-1)).toBe("started");
});

test("frames that are clear where they must not be never cost the group", () => {
  const { encryption, outcomes, regroup } = ears();
  regroup();
  for (let count = 0; count < 200; count++) encryption.open(packet, anna);
  expect(outcomes).toEqual([]);
});

test("proposals that make no sense are answered by asking to be let in anew, not by an exception", () => {
  const { dave, encryption, outcomes, faults, regroup } = ears();
  regroup();
  expect(dave.processProposals(Buffer.from("000102", "hex"), new Set([anna, bot]))).toBeUndefined();
  expect(faults).toEqual(["proposals"]);
  expect(outcomes).toEqual(["started"]);
  expect(encryption.status).toBe("waiting");
});

test("another external sender ends the group and is the one from then on", () => {
  const { dave, encryption, outcomes, faults, regroup } = ears();
  regroup();
  dave.setExternalSender(createDaveGroup(channelId).externalSender);
  expect(faults).toEqual(["external-sender"]);
  expect(outcomes).toEqual(["started"]);
  expect(encryption.status).toBe("waiting");
});

test("the same external sender again changes nothing", () => {
  const { dave, encryption, faults, regroup } = ears();
  const sender = createDaveGroup(channelId).externalSender;
  regroup();
  dave.reinit();
  dave.setExternalSender(sender);
  dave.setExternalSender(sender);
  expect(faults).toEqual([]);
  expect(encryption.status).toBe("waiting");
});
