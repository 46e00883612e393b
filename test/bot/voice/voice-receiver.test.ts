import { randomBytes } from "node:crypto";

import { describe, expect, test } from "vitest";

import type { VoiceEncryption } from "../../../src/bot/voice/voice-encryption.ts";
import {
  createVoiceReceiver,
  type VoicePacket,
  type VoiceReceiver,
} from "../../../src/bot/voice/voice-receiver.ts";
import { createVoiceTransport } from "../../../src/bot/voice/voice-transport.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import {
  createTransport,
  rtpBody,
  type RtpFields,
  rtpHeader,
  type TransportMode,
  transportModes,
} from "../../../src/sandbox/voice/transport.ts";

const [anna, ben, self] = ["1100000000000000001", "1100000000000000002", "1100000000000000099"] as const;
const opus = Buffer.from("78010203", "hex");

interface Bench {
  readonly receiver: VoiceReceiver;
  readonly events: string[];
  readonly packets: VoicePacket[];
  /** The channel is end-to-end encrypted. */
  readonly unlock: (encryption: VoiceEncryption) => void;
  /** A datagram as the voice server seals it. */
  readonly seal: (fields?: Partial<RtpFields>, payload?: Buffer) => Buffer;
  /** One whose body is not what its header says. */
  readonly sealBody: (fields: Partial<RtpFields>, body: Buffer) => Buffer;
}

function whole(fields: Partial<RtpFields> = {}): RtpFields {
  return { sequence: 1, timestamp: 960, ssrc: 7, ...fields };
}

function bench(mode: TransportMode = "aead_aes256_gcm_rtpsize"): Bench {
  const key = randomBytes(32);
  const events: string[] = [];
  const packets: VoicePacket[] = [];
  const receiver = createVoiceReceiver({
    selfUserId: self,
    mayHear: () => true,
    onJoined: (memberId) => events.push(`joined ${memberId}`),
    onPacket(memberId, packet) {
      events.push(`packet ${memberId}`);
      packets.push(packet);
    },
    onLeft: (memberId) => events.push(`left ${memberId}`),
  });
  const transport = createTransport(mode, key);
  const unlock = (encryption?: VoiceEncryption): void =>
    receiver.unlock(createVoiceTransport(mode, key), encryption);
  unlock();
  const sealBody: Bench["sealBody"] = (fields, body) => transport.seal(rtpHeader(whole(fields)), body);
  return {
    receiver,
    events,
    packets,
    unlock,
    seal: (fields, payload = opus) => sealBody(fields ?? {}, rtpBody(whole(fields), payload)),
    sealBody,
  };
}

describe.each(transportModes)("%s", (mode) => {
  test("opens what its server sealed, and nothing that was changed on the way", () => {
    const { receiver, packets, seal } = bench(mode);
    receiver.announce(anna, 7, 0);
    receiver.receive(seal({ extension: Buffer.from("10500000", "hex"), csrcs: [1, 2], padding: 9 }), 5);
    for (let at = 0; at < seal().length; at++) {
      const forged = seal();
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
      receiver.receive(forged, 6);
    }
    expect(packets).toEqual([{ sequence: 1, timestamp: 960, ssrc: 7, arrivedMs: 5, payload: opus }]);
  });
});

test("a transport encryption that is not known is refused by name of what is wrong", () => {
  expect(() => createVoiceTransport("xsalsa20_poly1305", new Uint8Array(32))).toThrow("mode");
});

describe("a packet", () => {
  test.each<[string, Partial<RtpFields>, Buffer]>([
    ["whose padding is longer than itself", { padding: 3 }, Buffer.from("00000009", "hex")],
    ["whose padding says that there is none", { padding: 1 }, Buffer.from("00", "hex")],
    ["whose extension is longer than itself", { extension: Buffer.alloc(400) }, Buffer.alloc(0)],
  ])("%s is not readable", (_, fields, body) => {
    const { receiver, packets, seal, sealBody } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal(), 0);
    receiver.receive(sealBody({ sequence: 2, ...fields }, body), 0);
    expect(packets.at(-1)?.payload).toBe("unreadable");
    expect(receiver.stats.damaged).toBe(1);
  });

  test("of padding alone has its place and no sound", () => {
    const { receiver, packets, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal(), 0);
    receiver.receive(seal({ sequence: 2, padding: 200 }, Buffer.alloc(0)), 0);
    expect(packets.map(({ payload }) => payload)).toEqual([opus, "padding"]);
  });

  test("without sound does not make anybody a speaker", () => {
    const { receiver, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal({ padding: 200 }, Buffer.alloc(0)), 0);
    expect(events).toEqual([]);
  });

  test("of a source that now belongs to somebody else is theirs", () => {
    const { receiver, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal(), 0);
    receiver.announce(ben, 7, 0);
    receiver.receive(seal({ sequence: 2 }), 0);
    expect(events).toEqual([`joined ${anna}`, `packet ${anna}`, `joined ${ben}`, `packet ${ben}`]);
  });

  test("of a source that its speaker has given up is theirs for a second, and then nobody's", () => {
    const { receiver, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.announce(anna, 8, 5000);
    receiver.receive(seal(), 5999);
    expect(events.splice(0)).toEqual([`joined ${anna}`, `packet ${anna}`]);
    receiver.receive(seal({ sequence: 2 }), 6000);
    expect(events).toEqual([]);
  });

  test("is nobody's after a new session began", () => {
    const { receiver, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.begin();
    receiver.receive(seal(), 0);
    expect(events).toEqual([]);
  });
});

describe("whoever leaves", () => {
  test("is heard with what was still under way, and has left a second later", () => {
    const { receiver, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal(), 10);
    receiver.depart(anna, 20);
    receiver.receive(seal({ sequence: 2 }), 500);
    receiver.advance(1019);
    expect(events).toEqual([`joined ${anna}`, `packet ${anna}`, `packet ${anna}`]);
    receiver.advance(1020);
    receiver.receive(seal({ sequence: 3 }), 1030);
    expect(events.slice(3)).toEqual([`left ${anna}`]);
  });

  test("and is back within that second, under another ssrc, has not left, and both streams are theirs", () => {
    const { receiver, packets, events, seal } = bench();
    receiver.announce(anna, 7, 0);
    receiver.receive(seal(), 10);
    receiver.depart(anna, 20);
    receiver.present([anna]);
    receiver.receive(seal({ ssrc: 8 }), 400);
    receiver.announce(anna, 8, 500);
    receiver.receive(seal({ sequence: 2 }), 600);
    receiver.advance(5000);
    expect(packets.map(({ ssrc, sequence }) => [ssrc, sequence])).toEqual([
      [7, 1],
      [8, 1],
      [7, 2],
    ]);
    expect(events).not.toContain(`left ${anna}`);
  });
});

const sealedIn = (epoch: number): Buffer => Buffer.of(epoch, 1, 2, 3);

describe("packets that come before the keys of a new group", () => {
  interface Keys extends VoiceEncryption {
    privacyCode: string | undefined;
  }
  /** Opens what begins with a number of at most its own. */
  function keys(): Keys {
    const open = (frame: Buffer): Buffer | "undecryptable" =>
      frame.readUInt8(0) <= Number(one.privacyCode) ? frame : "undecryptable";
    const one: Keys = {
      status: "on",
      privacyCode: undefined,
      open,
      reopen: open,
      transitioned: () => undefined,
      recover: () => undefined,
    };
    return one;
  }
  test("wait for them, hold back the time, and come before those that come after them", () => {
    const { unlock, receiver, packets, seal } = bench();
    const encryption = keys();
    unlock(encryption);
    receiver.announce(anna, 7, 0);
    receiver.receive(seal({}, sealedIn(1)), 100);
    receiver.receive(seal({ sequence: 2 }, sealedIn(1)), 120);
    expect(receiver.advance(200)).toBe(100);
    expect(packets).toEqual([]);
    encryption.privacyCode = "1";
    receiver.receive(seal({ sequence: 3 }, sealedIn(1)), 220);
    expect(packets.map(({ sequence, arrivedMs }) => [sequence, arrivedMs])).toEqual([
      [1, 100],
      [2, 120],
      [3, 220],
    ]);
    expect(receiver.advance(300)).toBe(300);
    expect(receiver.stats.earlyPackets).toBe(2);
  });

  test("wait while the old keys are there too, and nothing of their speaker overtakes them", () => {
    const { unlock, receiver, packets, seal } = bench();
    const encryption = keys();
    encryption.privacyCode = "1";
    unlock(encryption);
    receiver.announce(anna, 7, 0);
    receiver.announce(ben, 8, 0);
    receiver.receive(seal({}, sealedIn(1)), 0);
    receiver.receive(seal({ sequence: 2 }, sealedIn(2)), 20);
    receiver.receive(seal({ sequence: 3 }, sealedIn(1)), 40);
    receiver.receive(seal({ ssrc: 8, sequence: 50 }, sealedIn(1)), 50);
    expect(packets.map(({ sequence }) => sequence)).toEqual([1, 50]);
    encryption.privacyCode = "2";
    receiver.advance(100);
    expect(packets.map(({ sequence }) => sequence)).toEqual([1, 50, 2, 3]);
  });

  test("wait for three seconds, are lost sound then, and hold nothing up any more until there are other keys", () => {
    const { unlock, receiver, packets, seal } = bench();
    const encryption = keys();
    encryption.privacyCode = "1";
    unlock(encryption);
    receiver.announce(anna, 7, 0);
    receiver.receive(seal({}, sealedIn(1)), 0);
    receiver.receive(seal({ sequence: 2 }, sealedIn(9)), 100);
    receiver.receive(seal({ sequence: 3 }, sealedIn(9)), 2000);
    receiver.receive(seal({ sequence: 4 }, sealedIn(1)), 2020);
    expect(receiver.advance(3099)).toBe(100);
    expect(receiver.advance(3100)).toBe(3100);
    receiver.receive(seal({ sequence: 5 }, sealedIn(9)), 3110);
    expect(packets.map(({ sequence, payload }) => [sequence, typeof payload])).toEqual([
      [1, "object"],
      [2, "string"],
      [3, "string"],
      [4, "object"],
      [5, "string"],
    ]);
    expect(receiver.stats.undecryptable).toBe(3);
    encryption.privacyCode = "2";
    receiver.receive(seal({ sequence: 6 }, sealedIn(9)), 3200);
    expect(receiver.advance(3300)).toBe(3200);
  });

  test("take a bounded memory", () => {
    const { unlock, receiver, seal } = bench();
    unlock(keys());
    receiver.announce(anna, 7, 0);
    for (let sequence = 0; sequence < 5000; sequence++) receiver.receive(seal({ sequence }, sealedIn(1)), 0);
    expect(receiver.stats.undecryptable).toBe(3800);
  });

  test("of whoever opts out meanwhile are thrown away", () => {
    const { unlock, receiver, packets, seal } = bench();
    const encryption = keys();
    unlock(encryption);
    receiver.announce(anna, 7, 0);
    receiver.receive(seal({}, sealedIn(1)), 100);
    receiver.dismiss(anna);
    encryption.privacyCode = "1";
    receiver.advance(200);
    expect(packets).toEqual([]);
  });
});

describe("packets of nobody known", () => {
  test("wait for three seconds for their speaker's name, and come in order with the time of their arrival", () => {
    const { receiver, packets, seal } = bench();
    for (const sequence of [1, 2, 3]) receiver.receive(seal({ sequence }), sequence * 1500);
    receiver.announce(anna, 7, 4600);
    expect(packets.map(({ sequence, arrivedMs }) => [sequence, arrivedMs])).toEqual([
      [2, 3000],
      [3, 4500],
    ]);
    expect(receiver.stats).toMatchObject({ keptPackets: 2, unattributed: 1 });
  });

  test("take a bounded memory, however many come", () => {
    const { receiver, packets, seal } = bench();
    const datagrams = 20_000;
    for (let ssrc = 1; ssrc <= datagrams; ssrc++) receiver.receive(seal({ ssrc: 100 + (ssrc % 50) }), 0);
    expect(receiver.stats.unattributed).toBe(datagrams - 1250);
    for (let ssrc = 100; ssrc < 150; ssrc++) receiver.announce(`${ssrc}`, ssrc, 10);
    expect(packets.length).toBe(1250);
  });

  test("take a bounded memory, however long they are", () => {
    const { receiver, seal } = bench();
    for (let count = 0; count < 1000; count++) receiver.receive(seal({}, Buffer.alloc(1200)), 0);
    expect(receiver.stats.unattributed).toBeGreaterThan(500);
  });
});

test("RTCP, IP discovery, keep-alives and rubbish of any length are foreign and harm nobody", () => {
  const { receiver, events, seal } = bench();
  receiver.announce(anna, 7, 0);
  const rtcp = seal();
  rtcp.writeUInt8(200, 1);
  const random = seededRandom(1);
  const rubbish = Array.from({ length: 3000 }, (_, index) =>
    Buffer.from(Array.from({ length: index % 60 }, () => Math.floor(random() * 256))),
  );
  for (const datagram of [rtcp, Buffer.alloc(74, 2), Buffer.alloc(8), ...rubbish])
    receiver.receive(datagram, 0);
  expect(events).toEqual([]);
  const { foreign, packets } = receiver.stats;
  expect(foreign).toBeGreaterThan(2900);
  expect(foreign + packets).toBe(3003);
});

test("the bot itself is nobody to be heard", () => {
  const { receiver, events, seal } = bench();
  receiver.announce(self, 7, 0);
  receiver.receive(seal(), 0);
  expect(events).toEqual([]);
});
