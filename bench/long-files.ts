import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { joinSpeech } from "../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { transcribeByCommand } from "./memory/command.ts";
import { megabytes } from "./memory/resident.ts";
import { startBot } from "./memory/running-bot.ts";

const run = promisify(execFile);
const limitBytes = 200e6;
const minutesShort = 10;
const film = ["-f", "lavfi", "-i", "testsrc=s=320x180:r=5", "-pix_fmt", "yuv420p"];
const mp3 = ["-c:a", "libmp3lame", "-b:a", "64k"];
const mp4 = [...film, "-map", "0:a", "-map", "1:v", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];

/**
 * What a bot needs that waits; then a 3 h MP3 and a 2 h MP4, from the file to subtitles, by the command and in the
 * whole bot, each in a process of its own, beside ten minutes of the same. At the pace of a quota of three calls a second.
 */
export const longFilesBenchmark: Benchmark = {
  name: "long-files",
  onRequest: true,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
    try {
      const speech = join(folder, "speech.s16");
      writeFileSync(speech, joinSpeech(await humanSpeech(), { seed: 1 }).samples);
      return [
        await waiting(),
        ...(await transcribing({ kind: "MP3", hours: 3, args: mp3, folder, speech })),
        ...(await transcribing({ kind: "MP4", hours: 2, args: mp4, folder, speech })),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function waiting(): Promise<BenchmarkRow> {
  // What is kept of the types must be there: it is about every start but the first.
  await (await startBot("as npm start does"))[Symbol.asyncDispose]();
  await using ours = await startBot("as npm start does");
  await using alone = await startBot("by Node alone");
  const [small, large] = [ours.resident().nowBytes, alone.resident().nowBytes];
  return {
    what: "memory of a bot that waits, and its start",
    ours: `${megabytes(small)} RSS, ${Math.round(ours.startMs)} ms`,
    alternative: `${megabytes(large)} RSS, ${Math.round(alone.startMs)} ms, by node src/main.ts`,
    ratio: `${(small / large).toFixed(2)}× the memory`,
    bar: "less memory",
    met: small < large,
  };
}

interface LongFile {
  readonly kind: string;
  readonly hours: number;
  readonly args: readonly string[];
  readonly folder: string;
  /** Raw samples that are played over and over. */
  readonly speech: string;
}

async function transcribing(file: LongFile): Promise<BenchmarkRow[]> {
  const long = await encode(file, file.hours * 60);
  const short = await encode(file, minutesShort);
  const byCommand = {
    short: (await transcribeByCommand(short)).mostBytes,
    long: await transcribeByCommand(long),
  };
  await using bot = await startBot("as npm start does");
  await bot.subtitles(short);
  const shortBytes = bot.resident().mostBytes;
  const subtitles = await bot.subtitles(long);
  const inBot = { subtitles, mostBytes: bot.resident().mostBytes };
  rmSync(long);
  rmSync(short);
  return [
    row(`a ${file.hours} h ${file.kind} by the command`, file, {
      ...byCommand.long,
      shortBytes: byCommand.short,
    }),
    row(`a ${file.hours} h ${file.kind} in the whole bot`, file, { ...inBot, shortBytes }),
  ];
}

async function encode({ kind, args, folder, speech }: LongFile, minutes: number): Promise<string> {
  const path = join(folder, `${minutes}.${kind.toLowerCase()}`);
  const input = ["-f", "s16le", "-ar", "16000", "-stream_loop", "-1", "-i", speech];
  await run("ffmpeg", ["-v", "error", "-nostdin", ...input, ...args, "-t", String(minutes * 60), path]);
  return path;
}

function row(
  what: string,
  { hours }: LongFile,
  found: { readonly subtitles: string; readonly mostBytes: number; readonly shortBytes: number },
): BenchmarkRow {
  const { subtitles, mostBytes, shortBytes } = found;
  const [, lastHour, lastMinute] = /.*--> (\d+):(\d+):/s.exec(subtitles) ?? [];
  const isWhole = Number(lastHour) * 60 + Number(lastMinute) >= hours * 60 - 2;
  return {
    what: `memory for ${what}, to subtitles`,
    ours: isWhole ? `${megabytes(mostBytes)} RSS at most` : "the subtitles end early",
    alternative: `${megabytes(shortBytes)} RSS for ${minutesShort} min`,
    ratio: `${(mostBytes / shortBytes).toFixed(2)}× the memory`,
    bar: `under ${megabytes(limitBytes)}`,
    met: isWhole && mostBytes < limitBytes,
  };
}
