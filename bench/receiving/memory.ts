import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { AudioReceiveStream, EndBehaviorType } from "@discordjs/voice";

import { createLiveSpeaker } from "../../src/audio/live-speaker.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import type { BenchmarkRow } from "../benchmark.ts";
import { openCLibopus } from "../c-libopus.ts";
import { sampleRate, speech } from "./call.ts";

const people = 300;

/** What a person costs in resident memory: decoder, clock and speech finder, after a second of talk. */
export async function memory(): Promise<BenchmarkRow> {
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
