import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { createFfmpeg } from "../../src/audio/ffmpeg.ts";
import { drain, ffmpeg, librivox, temporaryFolder } from "./samples.ts";

const folder = temporaryFolder();
const signal = new AbortController().signal;
const maxDurationMs = 7_200_000;
let input = "";

beforeAll(() => {
  // Whoever the sandbox makes of the child has to reach the programs written here.
  chmodSync(folder.path, 0o755);
  input = folder.file("speech.flac");
  ffmpeg(["-i", librivox[0]!, input]);
});
afterAll(() => folder[Symbol.dispose]());

/** A program in ffmpeg's place that fails on cue. */
function programThat(name: string, script: string): string {
  const file = folder.file(name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

function decodeWith(
  program: string,
  options: { deadlineMs?: number; limitMs?: number } = {},
): ReturnType<typeof drain> {
  const { deadlineMs = 20_000, limitMs = maxDurationMs } = options;
  const run = {
    path: input,
    demuxer: "flac",
    signal,
    maxDurationMs: limitMs,
    sampleRate: 16_000,
    declaredMs: undefined,
  } as const;
  return drain(createFfmpeg({ program, deadlineMs }).decode(run));
}

describe("each failure of ffmpeg has its own code", () => {
  test("it is not installed", async () => {
    await expect(decodeWith("ffmpeg-that-is-not-there")).rejects.toMatchObject({ code: "decoder-missing" });
    const summary = createFfmpeg({ program: "ffmpeg-that-is-not-there" }).summarize({
      path: input,
      demuxer: "flac",
      signal,
      maxDurationMs,
    });
    await expect(summary).rejects.toMatchObject({ code: "decoder-missing" });
  });

  test("it hangs", async () => {
    const program = programThat("hangs", "exec sleep 60");
    await expect(decodeWith(program, { deadlineMs: 200 })).rejects.toMatchObject({ code: "decoder-timeout" });
  });

  test("it hangs after some output", async () => {
    const program = programThat("stalls", "head -c 100000 /dev/zero; exec sleep 60");
    await expect(decodeWith(program, { deadlineMs: 500 })).rejects.toMatchObject({ code: "decoder-timeout" });
  });

  test("the kernel ends it for its processor time", async () => {
    await expect(decodeWith(programThat("spins", "kill -XCPU $$"))).rejects.toMatchObject({
      code: "decoder-timeout",
    });
  });

  test("it crashes", async () => {
    await expect(decodeWith(programThat("crashes", "kill -SEGV $$"))).rejects.toMatchObject({
      code: "decoder-failed",
    });
  });

  test("it finds no sound, and complains", async () => {
    const program = programThat("complains", "echo 'secret words of the file' >&2; exit 1");
    const error: unknown = await decodeWith(program).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "damaged" });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret/);
  });

  test("it knows no decoder for the sound", async () => {
    const program = programThat("unable", "echo \"[x] Codec (qcelp) not on whitelist 'aac'\" >&2; exit 1");
    await expect(decodeWith(program)).rejects.toMatchObject({ code: "decoder-failed" });
  });

  test("it fails in the middle: what came before is kept, and said to be cut", async () => {
    const { values, result } = await decodeWith(programThat("breaks", "head -c 100000 /dev/zero; exit 1"));
    expect(values.map((block) => (block as Int16Array).length)).toEqual([16_000, 16_000, 16_000, 2000]);
    expect(result).toMatchObject({ cutShort: true });
  });

  test("it never stops writing", async () => {
    const program = programThat("floods", "exec cat /dev/zero");
    await expect(decodeWith(program, { limitMs: 60_000 })).rejects.toMatchObject({ code: "too-long" });
  });
});

test("a reader that takes its time is not mistaken for a decoder that hangs", async () => {
  const run = {
    path: input,
    demuxer: "flac",
    signal,
    maxDurationMs,
    sampleRate: 16_000,
    declaredMs: undefined,
  } as const;
  const blocks = createFfmpeg({ deadlineMs: 2000 }).decode(run);
  await blocks.next();
  const until = performance.now() + 2500;
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
  expect((await drain(blocks)).values.length).toBeGreaterThan(5);
});

test("nothing of our environment reaches the child", async () => {
  vi.stubEnv("DISCORD_TOKEN", "token-for-this-test");
  const program = programThat("tells", "env >&2; exit 1");
  const says = createFfmpeg({ program }).summarize({ path: input, demuxer: "flac", signal, maxDurationMs });
  await expect(says).rejects.toMatchObject({ code: "damaged" });
  const leak = programThat(
    "leaks",
    '[ -z "$DISCORD_TOKEN$HOME$USER" ] || kill -SEGV $$; head -c 32000 /dev/zero',
  );
  expect((await decodeWith(leak)).values).toHaveLength(1);
});

test("a private file's copy is gone once ffmpeg has it", async () => {
  chmodSync(input, 0o600);
  const temporary = folder.file("temporary");
  mkdirSync(temporary);
  vi.stubEnv("TMPDIR", temporary);
  const run = {
    path: input,
    demuxer: "flac",
    signal,
    maxDurationMs,
    sampleRate: 16_000,
    declaredMs: undefined,
  } as const;
  const blocks = createFfmpeg().decode(run);
  expect((await blocks.next()).done).toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
  await drain(blocks);
  chmodSync(input, 0o644);
});

/** Whether this host lets us have a file system of our own, which needs root. */
const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0 && process.geteuid?.() === 0;

test.skipIf(!canMount)("no room for a private file's copy is told as such", () => {
  const [small, source] = [folder.file("small"), folder.file("big.wav")];
  mkdirSync(small);
  ffmpeg(["-f", "lavfi", "-i", "anoisesrc=r=16000", "-t", "10", source]);
  chmodSync(source, 0o600);
  const module = new URL("../../src/audio/open-recording.ts", import.meta.url).href;
  const script = `import { openRecording } from ${JSON.stringify(module)};
    const options = { maxDurationMs: 60_000, signal: new AbortController().signal };
    console.log(await openRecording(${JSON.stringify(source)}, options).catch((error) => error.code));`;
  const mount = `mount -t tmpfs -o size=64k tmpfs ${small} && TMPDIR=${small} exec "$0" --input-type=module -e "$1"`;
  const result = spawnSync("unshare", ["--mount", "sh", "-c", mount, process.execPath, script], {
    encoding: "utf8",
  });
  expect(result.stdout.trim()).toBe("disk-full");
});
