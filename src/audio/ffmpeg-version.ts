import { execFile } from "node:child_process";

import { childEnvironment } from "./sandbox.ts";

/** The version of the ffmpeg that is installed, as in "5.1.6"; undefined where there is none. */
export async function ffmpegVersion(program = "ffmpeg"): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, ["-version"], { env: childEnvironment, timeout: 5000 }, (error, stdout) => {
      resolve(error ? undefined : (/^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? "of an unknown version"));
    });
  });
}
