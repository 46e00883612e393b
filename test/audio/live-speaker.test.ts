import { beforeAll, describe, expect, test } from "vitest";

import type { LivePacket } from "../../src/audio/live-packets.ts";
import {
  createLiveSpeaker,
  endOfSound,
  type LiveSound,
  type LiveSpeaker,
} from "../../src/audio/live-speaker.ts";
import { createOpusDecoder } from "../../src/audio/opus-decoder.ts";
import { opusEngine } from "../../src/audio/opus-engine.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { silenceFrame } from "./live-stream.ts";
import { concat, correlation, ffmpeg, level, librivox, packetsOf, temporaryFolder } from "./samples.ts";

/** 7.1 s of a reader, as Discord's clients encode it: 20 ms stereo packets. */
let speech: Uint8Array[] = [];
/** The same, decoded in one go. */
let clean: Int16Array = new Int16Array();

beforeAll(() => {
  using folder = temporaryFolder();
  const file = folder.file("speech.ogg");
  ffmpeg(["-i", librivox[0]!, "-ac", "2", "-ar", "48000", "-c:a", "libopus", "-b:a", "64k", file]);
  speech = packetsOf(file).packets.map(({ bytes }) => bytes);
  using decoder = createOpusDecoder({ sampleRate: 16_000 });
  clean = concat(speech.map((packet) => decoder.decode(packet)!));
});

function packetsAt(
  startMs: number,
  payloads: readonly LivePacket["payload"][],
  sequence = 65_400,
): LivePacket[] {
  return payloads.map((payload, index) => ({
    sequence: (sequence + index) & 0xffff,
    timestamp: (2 ** 32 - 9000 + index * 960) >>> 0,
    ssrc: 5,
    arrivedMs: startMs + index * 20,
    payload,
  }));
}

function play(
  packets: readonly LivePacket[],
  speaker = createLiveSpeaker({ sessionStartMs: 0 }),
): LiveSound[] {
  return [...packets.flatMap((packet) => speaker.push(packet)), ...speaker.end()];
}

/** Sound laid out on the session's clock, from its first event. */
function laidOut(sounds: readonly LiveSound[]): Int16Array {
  return concat(
    sounds.map((sound) =>
      sound.type === "audio" ? sound.samples : new Int16Array(Math.round((sound.endMs - sound.startMs) * 16)),
    ),
  );
}

function endMs(sounds: readonly LiveSound[]): number {
  return Math.max(...sounds.map((sound) => endOfSound(sound, 16_000)));
}

test("speech comes out as 16 kHz mono on the session's clock", () => {
  const sounds = play(packetsAt(5000, speech));
  expect(sounds[0]).toMatchObject({ type: "audio", startMs: 5000, concealed: false });
  expect(Buffer.from(laidOut(sounds).buffer).equals(Buffer.from(clean.buffer))).toBe(true);
});

/** What a network makes of packets that loses 5 % and lets 2 % be overtaken by the next two. */
function damaged(packets: readonly LivePacket[], seed: number): LivePacket[] {
  const random = seededRandom(seed);
  return packets
    .flatMap((packet, index) => {
      const [lost, late] = [index > 0 && random() < 0.05, random() < 0.02];
      return lost ? [] : [late ? { ...packet, arrivedMs: packet.arrivedMs + 45 } : packet];
    })
    .sort((one, other) => one.arrivedMs - other.arrivedMs);
}

test.each([1, 2, 3])(
  "a twentieth lost and a fiftieth overtaken keep all of the time and nearly all of the sound: seed %i",
  (seed) => {
    const sent = packetsAt(5000, speech);
    const received = damaged(sent, seed);
    const speaker = createLiveSpeaker({ sessionStartMs: 0 });
    const sounds = play(received, speaker);
    const output = laidOut(sounds);
    const heardUntil = Math.max(...received.map(({ arrivedMs }) => arrivedMs));
    expect(endMs(sounds)).toBeGreaterThan(heardUntil - 60);
    expect(Math.abs(output.length - clean.length)).toBeLessThan(16 * 100);
    const until = 1 + Math.max(...received.map(({ payload }) => speech.indexOf(payload as Uint8Array)));
    expect(speaker.stats.lost).toBe(until - received.length);
    // Sample by sample on the same clock: a shift of a single packet would leave nothing of it.
    expect(correlation(output, clean)).toBeGreaterThan(0.9);
  },
);

describe("bad packets", () => {
  const broken = Uint8Array.of(0xff, 0x3f, 1, 2, 3);

  test("are concealed and cost nobody else's time", () => {
    const payloads = speech.slice(0, 100).map((packet, index) => (index % 10 === 5 ? broken : packet));
    const speaker = createLiveSpeaker({ sessionStartMs: 0 });
    const sounds = play(packetsAt(0, payloads), speaker);
    expect(speaker.stats).toMatchObject({ refused: 10, concealedMs: 200, lost: 0 });
    expect(endMs(sounds)).toBe(2000);
  });

  test.each<[string, Uint8Array]>([
    ["still end-to-end encrypted", Uint8Array.of(0x78, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 0xfa, 0xfa)],
    ["empty", new Uint8Array(0)],
  ])("that are %s never reach the decoder", (_, payload) => {
    const payloads = speech.slice(0, 60).map((packet, index) => (index === 30 ? payload : packet));
    const speaker = createLiveSpeaker({ sessionStartMs: 0 });
    play(packetsAt(0, payloads), speaker);
    expect(speaker.stats).toMatchObject({ packets: 59, refused: 0 });
  });

  test("are not what good ones that happen to end in FA FA are", () => {
    const chance = Uint8Array.of(0x78, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 0xfa, 0xfa);
    const speaker = createLiveSpeaker({ sessionStartMs: 0 });
    play(packetsAt(0, [...speech.slice(0, 30), chance, ...speech.slice(31, 60)]), speaker);
    expect(speaker.stats).toMatchObject({ packets: 60, lost: 0, refused: 0 });
  });

  test("of random bytes never throw, and never take more time than they have", () => {
    const random = seededRandom(3);
    const payloads = Array.from({ length: 500 }, () =>
      Uint8Array.from({ length: 1 + Math.floor(random() * 200) }, () => Math.floor(random() * 256)),
    );
    const sounds = play(packetsAt(0, payloads));
    sounds.slice(1).forEach((sound, index) => {
      expect(sound.startMs).toBeCloseTo(endOfSound(sounds[index]!, 16_000), 1);
    });
  });
});

test("a pause is silence of its length, and what follows lies where it was said", () => {
  const first = packetsAt(0, [...speech.slice(0, 50), ...Array.from({ length: 5 }, () => silenceFrame)]);
  const second = packetsAt(4000, speech.slice(0, 50), 65_455).map((packet, index) => ({
    ...packet,
    timestamp: (2 ** 32 - 9000 + (200 + index) * 960) >>> 0,
  }));
  const sounds = play([...first, ...second]);
  expect(sounds.filter(({ type }) => type === "silence")).toEqual([
    { type: "silence", startMs: 1100, endMs: 4000 },
  ]);
  expect(endMs(sounds)).toBe(5000);
});

test("silence while nothing comes is told by the clock, without its zeros", () => {
  const speaker = createLiveSpeaker({ sessionStartMs: 0 });
  for (const packet of packetsAt(0, speech.slice(0, 5))) speaker.push(packet);
  expect(speaker.advance(3_600_700)).toEqual([{ type: "silence", startMs: 100, endMs: 3_600_100 }]);
});

test("a hundred speakers who come and go are each heard as if alone, and leave no memory behind", () => {
  const random = seededRandom(9);
  const expected = concat([clean.subarray(0, 25 * 320)]);
  const present = new Map<number, { speaker: LiveSpeaker; packets: LivePacket[]; sounds: LiveSound[] }>();
  let [came, wrong, grownFrom] = [0, 0, 0];
  for (let tick = 0; came < 400 || present.size > 0; tick++) {
    while (came < 400 && present.size < 100 && random() < 0.7) {
      const packets = packetsAt(tick * 20, speech.slice(0, 25));
      present.set(came++, { speaker: createLiveSpeaker({ sessionStartMs: 0 }), packets, sounds: [] });
    }
    for (const [number, { speaker, packets, sounds }] of present) {
      const packet = packets.shift();
      if (packet) sounds.push(...speaker.push(packet));
      // Some leave in the middle of a word.
      else if (number % 10 === 0) speaker[Symbol.dispose]();
      else {
        sounds.push(...speaker.end());
        if (!Buffer.from(laidOut(sounds).buffer).equals(Buffer.from(expected.buffer))) wrong++;
      }
      if (!packet) present.delete(number);
    }
    if (came >= 200) grownFrom ||= opusEngine().memory().length;
  }
  expect(wrong).toBe(0);
  expect(opusEngine().memory().length).toBe(grownFrom);
});

test("level of what is concealed stays near that of what was said", () => {
  const packets = packetsAt(0, speech.slice(0, 120)).filter((_, index) => index < 100 || index % 3 > 0);
  const sounds = play(packets);
  const made = sounds.flatMap((sound) => (sound.type === "audio" && sound.concealed ? [sound.samples] : []));
  expect(made.length).toBeGreaterThan(3);
  expect(level(concat(made))).toBeGreaterThan(level(clean.subarray(100 * 320, 120 * 320)) - 15);
});
