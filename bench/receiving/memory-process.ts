import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { AudioReceiveStream, EndBehaviorType } from "@discordjs/voice";

import { createLiveSpeaker } from "../../src/audio/live-speaker.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import { openCLibopus } from "../c-libopus.ts";
import { sampleRate, speech } from "./call.ts";
import { people, type Receiver } from "./memory.ts";

// A process of its own: tells by how many bytes it grows for each person who is received, and ends. What a process has freed
// before, as one that has run other benchmarks, would hide it.
const [voice = []] = await speech();
const second = voice.slice(0, 50);
/** Receives a second of somebody's talk; they stay. */
const talkTo: Record<Receiver, () => Promise<() => Promise<unknown>>> = {
  async ours() {
    const detector = await createSileroDetector();
    return async () => {
      const speaker = createLiveSpeaker({ sessionStartMs: 0 });
      const stream = detector.open(sampleRate);
      for (const [tick, payload] of second.entries()) {
        const packet = { sequence: tick, timestamp: tick * 960, ssrc: 1, arrivedMs: tick * 20, payload };
        for (const sound of speaker.push(packet))
          if (sound.type === "audio") await stream.push(sound.samples);
      }
      return [speaker, stream];
    };
  },
  theirs: () =>
    Promise.resolve(async () => {
      const stream = new AudioReceiveStream({ end: { behavior: EndBehaviorType.Manual } });
      const decoder = openCLibopus(48_000, 2);
      stream.on("data", (packet: Buffer) => decoder.decode(packet));
      for (const packet of second) stream.push(packet);
      await new Promise(setImmediate);
      return [stream, decoder];
    }),
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** What is free goes back to the system by and by. */
const settled = async (): Promise<void> => {
  for (let times = 0; times < 4; times++) {
    collect();
    await delay(500);
  }
};
const talk = await talkTo[process.argv[2] === "ours" ? "ours" : "theirs"]();
const staying: unknown[] = [];
// Code and buffers that all share are there already.
for (let person = 0; person < 20; person++) staying.push(await talk());
await settled();
const before = process.memoryUsage.rss();
for (let person = 0; person < people; person++) staying.push(await talk());
await settled();
const grownBytes = process.memoryUsage.rss() - before;
process.send?.(grownBytes / people, () => process.exit(staying.length > people ? 0 : 1));
