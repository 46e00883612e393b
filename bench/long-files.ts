import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { joinSpeech } from "../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import type { LongFileRun } from "./long-file-process.ts";

const run = promisify(execFile);
const limitBytes = 200e6;
const film = ["-f", "lavfi", "-i", "testsrc=s=320x180:r=5", "-pix_fmt", "yuv420p"];

/** A 3 h MP3 and a 2 h MP4, from the file to subtitles, each in a process of its own; beside ten minutes of the same. */
export const longFilesBenchmark: Benchmark = {
  name: "long-files",
  onRequest: true,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
    try {
      const speech = join(folder, "speech.s16");
      writeFileSync(speech, joinSpeech(await humanSpeech(), { seed: 1 }).samples);
      const rows: BenchmarkRow[] = [];
      for (const [name, hours, args] of [
        ["MP3", 3, ["-c:a", "libmp3lame", "-b:a", "64k"]],
        [
          "MP4",
          2,
          [...film, "-map", "0:a", "-map", "1:v", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
        ],
      ] as const) {
        const short = await measured(folder, speech, { name, seconds: 600, args });
        rows.push(
          row(
            `${hours} h ${name}`,
            await measured(folder, speech, { name, seconds: hours * 3600, args }),
            short,
          ),
        );
      }
      return rows;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface LongFile {
  readonly name: string;
  readonly seconds: number;
  readonly args: readonly string[];
}

async function measured(
  folder: string,
  speech: string,
  { name, seconds, args }: LongFile,
): Promise<LongFileRun> {
  const path = join(folder, `${seconds}.${name.toLowerCase()}`);
  const encode = [
    "-v",
    "error",
    "-nostdin",
    "-f",
    "s16le",
    "-ar",
    "16000",
    "-stream_loop",
    "-1",
    "-i",
    speech,
    ...args,
    "-t",
    String(seconds),
    path,
  ];
  await run("ffmpeg", encode);
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "long-file-process.ts"), path]);
  rmSync(path);
  const found: LongFileRun = JSON.parse(stdout);
  return found;
}

function row(what: string, long: LongFileRun, short: LongFileRun): BenchmarkRow {
  const ratio = long.rssBytes / short.rssBytes;
  return {
    what: `memory for a ${what} to subtitles (${long.clips} clips, ${Math.round(long.tookMs / 1000)} s)`,
    ours: `${Math.round(long.rssBytes / 1e6)} MB RSS`,
    alternative: `${Math.round(short.rssBytes / 1e6)} MB RSS for 10 min`,
    ratio: `${ratio.toFixed(2)}× the memory`,
    bar: "under 200 MB",
    met:
      long.rssBytes < limitBytes &&
      Math.abs(long.durationMs / 3_600_000 - Math.round(long.durationMs / 3_600_000)) < 0.01,
  };
}
