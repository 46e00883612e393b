import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { createCall, seconds, speakers, ticks } from "./receiving/call.ts";
import { memory } from "./receiving/memory.ts";
import { ourCpuMs, theirCpuMs } from "./receiving/receivers.ts";

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
