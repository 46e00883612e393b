import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { root } from "../../test/e2e/bot-process.ts";
import { path, stage } from "./running-bot.ts";

const run = promisify(execFile);

/** What `earshot transcribe` came to on one file. */
export interface CommandRun {
  readonly subtitles: string;
  readonly mostBytes: number;
}

/** Runs it as `npm run earshot` does, in a process of its own, against the sandbox in this one. */
export async function transcribeByCommand(file: string): Promise<CommandRun> {
  await using around = await stage();
  const tell = join(root, "bench/memory/tell-most.mjs");
  const command = [join(root, "deploy/run"), "--import", tell, join(root, "src/cli.ts")];
  const { stdout, stderr } = await run("sh", [...command, "transcribe", file, "--format", "srt"], {
    cwd: around.dataDir,
    env: { PATH: path, ...around.env, MAX_AUDIO_MINUTES: "300" },
    maxBuffer: 16e6,
  });
  return { subtitles: stdout, mostBytes: Number(/(\d+)\n$/.exec(stderr)?.[1]) * 1024 };
}
