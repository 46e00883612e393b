import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import {
  AudioReceiveStream,
  DAVESession,
  EndBehaviorType,
  VoiceReceiver,
  type VoiceConnection,
} from "@discordjs/voice";
import { DAVESession as Member } from "@snazzah/davey";

import { createLiveSpeaker, type LiveSound, type LiveSpeaker } from "../src/audio/live-speaker.ts";
import { createOggOpusDemuxer } from "../src/audio/ogg-opus-demuxer.ts";
import { createSileroDetector } from "../src/audio/silero.ts";
import type { VoiceActivityStream } from "../src/audio/voice-activity.ts";
import { createVoiceEncryption } from "../src/bot/voice/voice-encryption.ts";
import { createVoiceReceiver, type VoicePacket } from "../src/bot/voice/voice-receiver.ts";
import { createVoiceTransport } from "../src/bot/voice/voice-transport.ts";
import { joinSpeech } from "../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import { createDaveGroup } from "../src/sandbox/voice/dave-group.ts";
import { createTransport, rtpBody, rtpHeader } from "../src/sandbox/voice/transport.ts";
import { encodeVoiceNote } from "../src/sandbox/voice-note.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { openCLibopus } from "./c-libopus.ts";

const mode = "aead_aes256_gcm_rtpsize";
const channelId = "1200000000000000001";
const sampleRate = 16_000;
const speakers = 100;
const seconds = 6;
const ticks = seconds * 50;
const extension = Buffer.from("10500000", "hex");
const idOf = (index: number): string => `${1_100_000_000_000_000_000n + BigInt(index)}`;
const [ourId, theirId] = [idOf(900_001), idOf(900_002)];

/** Hearing a hundred people who all talk: transport and end-to-end decryption, decoding, finding speech. */
export const receivingBenchmark: Benchmark = {
  name: "receiving",
  async run() {
    const memoryRow = await memory();
    const [first, second] = [await createCall(), await createCall()];
    const decoded = { ours: await ourCpuMs(first, "decode"), theirs: await theirCpuMs(first, "decode") };
    const found = {
      ours: await ourCpuMs(second, "find speech"),
      theirs: await theirCpuMs(second, "find speech"),
    };
    return [
      row("people talking at once that one core hears, speech found", found, { atLeast: 100 }),
      row("the same without finding speech", decoded, { atLeast: perCore(decoded.theirs) }),
      memoryRow,
    ];
  },
};

/** What so much CPU time for all speakers means for one core. */
const perCore = (cpuMs: number): number => (speakers * seconds * 1000) / cpuMs;
const microseconds = (cpuMs: number): string =>
  `${((cpuMs * 1000) / (speakers * ticks)).toFixed(0)} µs a packet`;

interface CpuMs {
  readonly ours: number;
  readonly theirs: number;
}

function row(what: string, { ours, theirs }: CpuMs, { atLeast }: { readonly atLeast: number }): BenchmarkRow {
  return {
    what: `receiving: ${what}`,
    ours: `${perCore(ours).toFixed(0)} (${microseconds(ours)})`,
    alternative: `@discordjs/voice, native libopus at 48 kHz: ${perCore(theirs).toFixed(0)} (${microseconds(theirs)})`,
    ratio: `${(theirs / ours).toFixed(2)}×`,
    bar: `at least ${atLeast.toFixed(0)}`,
    met: perCore(ours) >= atLeast,
  };
}

/** A call with everybody in it, sealed for two bots: ours and the library's. */
interface Call {
  readonly key: Buffer;
  readonly ours: DAVESession;
  readonly theirs: DAVESession;
  /** By time, then by speaker: `ssrc` is the speaker's index. */
  readonly datagrams: readonly (readonly Buffer[])[];
}

async function createCall(): Promise<Call> {
  const group = createDaveGroup(channelId);
  const founder = new Member(1, idOf(0), channelId);
  const members = [
    founder,
    ...Array.from({ length: speakers - 1 }, (_, at) => new Member(1, idOf(at + 1), channelId)),
  ];
  const bots = [ourId, theirId].map((id) => {
    const bot = new DAVESession(1, id, channelId, {});
    bot.reinit();
    return bot;
  });
  const [ours, theirs] = bots as [DAVESession, DAVESession];
  for (const one of [...members, ...bots]) one.setExternalSender(group.externalSender);
  founder.getSerializedKeyPackage();
  const joining = [
    ...members.slice(1).map((member, at) => ({ memberId: idOf(at + 1), session: member })),
    ...bots.map((bot) => ({ memberId: bot.userId, session: bot.session! })),
  ];
  const proposals = group.proposeAdds(
    joining.map(({ memberId, session }) => ({ memberId, keyPackage: session.getSerializedKeyPackage() })),
  );
  const everybody = [idOf(0), ...joining.map(({ memberId }) => memberId)];
  const answer = founder.processProposals(0, proposals.subarray(1), everybody);
  const { commit, welcomes } = group.commit(idOf(0), Buffer.concat([answer.commit!, answer.welcome!]))!;
  founder.processCommit(commit);
  for (const { memberId, welcome } of welcomes) {
    joining.find((one) => one.memberId === memberId)!.session.processWelcome(welcome);
  }

  const key = randomBytes(32);
  const transport = createTransport(mode, key);
  const voices = await speech();
  const datagrams = Array.from({ length: ticks }, (_, tick) =>
    members.map((member, ssrc) => {
      const packet = voices[ssrc % voices.length]![tick]!;
      const fields = { sequence: tick, timestamp: tick * 960, ssrc, extension };
      return transport.seal(rtpHeader(fields), rtpBody(fields, member.encryptOpus(packet)));
    }),
  );
  return { key, ours, theirs, datagrams };
}

let encoded: Promise<Buffer[][]> | undefined;

/** Ten people who talk all the time, as desktop clients encode them: stereo, 64 kbit/s, 20 ms. */
async function speech(): Promise<Buffer[][]> {
  encoded ??= (async () => {
    const spoken = await humanSpeech({ limit: 40 });
    return Promise.all(
      Array.from({ length: 10 }, async (_, seed) => {
        const { samples } = joinSpeech(spoken, { seed, pauseMs: [100, 600], noiseDb: -60 });
        const note = await encodeVoiceNote(samples.subarray(0, (seconds + 1) * sampleRate), {
          channels: 2,
          bitrate: 64_000,
        });
        const demuxer = createOggOpusDemuxer();
        return [...demuxer.push(note.bytes), ...demuxer.end()].flatMap((step) =>
          step.kind === "audio" ? step.packets.map(({ bytes }) => Buffer.from(bytes)) : [],
        );
      }),
    );
  })();
  return encoded;
}

async function cpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

interface Ear {
  readonly speaker: LiveSpeaker;
  readonly stream: VoiceActivityStream | undefined;
}

async function ourCpuMs(call: Call, upTo: "decode" | "find speech"): Promise<number> {
  const detector = await createSileroDetector();
  const ears = new Map<string, Ear>();
  const sounds: [Ear, LiveSound][] = [];
  let heard = 0;
  const receiver = createVoiceReceiver({
    selfUserId: ourId,
    mayHear: () => true,
    onJoined(memberId) {
      const stream = upTo === "find speech" ? detector.open(sampleRate) : undefined;
      ears.set(memberId, { speaker: createLiveSpeaker({ sessionStartMs: 0 }), stream });
    },
    onPacket(memberId: string, packet: VoicePacket) {
      const ear = ears.get(memberId)!;
      heard++;
      for (const sound of ear.speaker.push(packet)) if (ear.stream) sounds.push([ear, sound]);
    },
    onLeft: () => undefined,
  });
  const hooks = { onFault: () => undefined, onRecovery: () => undefined };
  const encryption = createVoiceEncryption(call.ours, hooks, { passthroughMs: 10_000 });
  receiver.unlock(createVoiceTransport(mode, call.key), encryption);
  for (let ssrc = 0; ssrc < speakers; ssrc++) receiver.announce(idOf(ssrc), ssrc, 0);
  const spent = await cpuMs(async () => {
    for (const [tick, datagrams] of call.datagrams.entries()) {
      for (const datagram of datagrams) receiver.receive(datagram, tick * 20);
      for (const [{ stream }, sound] of sounds.splice(0)) {
        if (sound.type === "audio") await stream?.push(sound.samples);
      }
    }
  });
  for (const { speaker } of ears.values()) speaker[Symbol.dispose]();
  await detector.close();
  if (heard !== speakers * ticks) throw new Error(`only ${heard} packets were heard`);
  return spent;
}

/**
 * As recorders do it: the library's receiver and streams, and native libopus to 48 kHz stereo as @discordjs/opus calls it; for
 * finding speech then every third sample, mixed.
 */
async function theirCpuMs(call: Call, upTo: "decode" | "find speech"): Promise<number> {
  const detector = await createSileroDetector();
  const networking = { state: { code: 4, dave: call.theirs } };
  const receiver = new VoiceReceiver({
    state: { status: "ready", networking },
  } as unknown as VoiceConnection);
  receiver.connectionData = {
    encryptionMode: mode,
    secretKey: new Uint8Array(call.key),
    nonceBuffer: Buffer.alloc(12),
  };
  let heard = 0;
  const blocks: [VoiceActivityStream, Int16Array][] = [];
  const decoders = Array.from({ length: speakers }, (_, ssrc) => {
    const decoder = openCLibopus(48_000, 2);
    const stream = upTo === "find speech" ? detector.open(sampleRate) : undefined;
    receiver.ssrcMap.update({ userId: idOf(ssrc), audioSSRC: ssrc });
    receiver.subscribe(idOf(ssrc)).on("data", (packet: Buffer) => {
      const samples = decoder.decode(packet);
      heard++;
      if (stream) blocks.push([stream, mixed(samples)]);
    });
    return decoder;
  });
  const spent = await cpuMs(async () => {
    for (const datagrams of call.datagrams) {
      for (const datagram of datagrams) receiver.onUdpMessage(datagram);
      await new Promise(setImmediate);
      for (const [stream, samples] of blocks.splice(0)) await stream.push(samples);
    }
  });
  for (const stream of receiver.subscriptions.values()) stream.destroy();
  for (const decoder of decoders) decoder.close();
  await detector.close();
  if (heard !== speakers * ticks) throw new Error(`the library heard only ${heard} packets`);
  return spent;
}

function mixed(stereo: Int16Array): Int16Array {
  const mono = new Int16Array(stereo.length / 6);
  for (let at = 0; at < mono.length; at++)
    mono[at] = ((stereo[at * 6] ?? 0) + (stereo[at * 6 + 1] ?? 0)) >> 1;
  return mono;
}

const people = 300;

/** What a person costs in resident memory: decoder, clock and speech finder, after a second of talk. */
async function memory(): Promise<BenchmarkRow> {
  const detector = await createSileroDetector();
  const [voice] = await speech();
  const second = voice!.slice(0, 50);
  const ours = await eachPerson(async () => {
    const speaker = createLiveSpeaker({ sessionStartMs: 0 });
    const stream = detector.open(sampleRate);
    for (const [tick, payload] of second.entries()) {
      const packet = { sequence: tick, timestamp: tick * 960, ssrc: 1, arrivedMs: tick * 20, payload };
      for (const sound of speaker.push(packet)) if (sound.type === "audio") await stream.push(sound.samples);
    }
    return () => speaker[Symbol.dispose]();
  });
  const theirs = await eachPerson(async () => {
    const stream = new AudioReceiveStream({ end: { behavior: EndBehaviorType.Manual } });
    const decoder = openCLibopus(48_000, 2);
    stream.on("data", (packet: Buffer) => decoder.decode(packet));
    for (const packet of second) stream.push(packet);
    await new Promise(setImmediate);
    return () => {
      stream.destroy();
      decoder.close();
    };
  });
  for (const leave of [...ours.leave, ...theirs.leave]) leave();
  await detector.close();
  return {
    what: `receiving: memory for each of ${people} people`,
    ours: kilobytes(ours.each),
    alternative: `${kilobytes(theirs.each)}, without finding speech`,
    ratio: `${(ours.each / theirs.each).toFixed(2)}×`,
    bar: "less than 500 kB",
    met: ours.each < 500_000,
  };
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

/** By how many bytes the process grows for each person; they stay until they are told to leave. */
async function eachPerson(
  talk: () => Promise<() => void>,
): Promise<{ readonly each: number; readonly leave: readonly (() => void)[] }> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const leave: (() => void)[] = [];
  // Code and buffers that all share are there already.
  for (let person = 0; person < 20; person++) leave.push(await talk());
  collect();
  const before = process.memoryUsage.rss();
  for (let person = 0; person < people; person++) leave.push(await talk());
  collect();
  return { each: Math.max(0, process.memoryUsage.rss() - before) / people, leave };
}
