import { VoiceReceiver, type VoiceConnection } from "@discordjs/voice";

import { createLiveSpeaker, type LiveSound, type LiveSpeaker } from "../../src/audio/live-speaker.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import type { VoiceActivityStream } from "../../src/audio/voice-activity.ts";
import { createVoiceEncryption } from "../../src/bot/voice/voice-encryption.ts";
import { createVoiceReceiver, type VoicePacket } from "../../src/bot/voice/voice-receiver.ts";
import { createVoiceTransport } from "../../src/bot/voice/voice-transport.ts";
import { openCLibopus } from "../c-libopus.ts";
import { type Call, idOf, mode, ourId, sampleRate, speakers, ticks } from "./call.ts";

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

/** CPU time that our receiver takes for a call. */
export async function ourCpuMs(call: Call, upTo: "decode" | "find speech"): Promise<number> {
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
export async function theirCpuMs(call: Call, upTo: "decode" | "find speech"): Promise<number> {
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
