import { type FinishedChild, runChild } from "./child-process.ts";
import { openForChild } from "./child-input.ts";
import { codecs, type Demuxer, guessesLength } from "./containers.ts";
import { AudioError, tooLong } from "./errors.ts";
import type { SampleRate } from "./pcm.ts";
import type { RecordingDamage } from "./recording.ts";
import { probeSandbox, type Sandbox, sandboxed } from "./sandbox.ts";

/** What ffmpeg says about a file without decoding it. */
export interface ContainerSummary {
  /** ffmpeg's name of the container, as in "mov,mp4,m4a,3gp,3g2,mj2". */
  readonly format: string;
  /** Undefined where only decoding tells. */
  readonly declaredMs: number | undefined;
  readonly hasAudio: boolean;
  /** Whether there is a film: its length is not that of the sound. */
  readonly hasVideo: boolean;
}

export interface FfmpegRun {
  readonly path: string;
  readonly demuxer: Demuxer;
  readonly signal: AbortSignal;
  readonly maxDurationMs: number;
}

/** Debian's ffmpeg as a child process, shut in as far as the host allows. */
export interface Ffmpeg {
  /** Throws AudioError. */
  summarize(run: FfmpegRun): Promise<ContainerSummary>;
  /** The first audio track as mono 16-bit samples in blocks of a second; `declaredMs` tells a file that ends early. Throws AudioError. */
  decode(
    run: FfmpegRun & { readonly sampleRate: SampleRate; readonly declaredMs: number | undefined },
  ): AsyncGenerator<Int16Array, RecordingDamage>;
  /** How far it is shut in; found out once. Throws AudioError where that cannot be found out now. */
  sandbox(): Promise<Sandbox>;
}

/** How the demuxers call a file that ends before its index says. */
const endsInside = /partial file|ended prematurely/i;
const memoryBytes = 2 ** 30;
/** Decoding two hours of MP3 takes some 11 s of processor time: this is ten times as much, and bounds any file. */
const cpuSecondsOf = (maxDurationMs: number): number => 20 + Math.ceil(maxDurationMs / 60_000);
/** What the programs of the sandbox exit with where the next one does not exist. */
const notFound = 127;
/** The descriptor opened anew, which gives the child a position of its own in a file it can seek in. */
const inputName = "/proc/self/fd/3";

/** `program` and `deadlineMs`, the time ffmpeg may be waited for in one run, can be replaced, as by a test. */
export function createFfmpeg(
  options: { readonly program?: string; readonly deadlineMs?: number } = {},
): Ffmpeg {
  const { program = "ffmpeg", deadlineMs = 180_000 } = options;
  let found: Promise<Sandbox> | undefined;
  const sandbox = async (): Promise<Sandbox> => {
    found ??= probeSandbox();
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw error;
    }
  };

  async function* run(
    { path, demuxer, signal, maxDurationMs }: FfmpegRun,
    outputArgs: readonly string[],
    verbosity = "error",
  ): AsyncGenerator<Uint8Array, FinishedChild> {
    const layers = await sandbox();
    signal.throwIfAborted();
    const input = await openForChild(path, layers);
    const limits = { cpuSeconds: cpuSecondsOf(maxDurationMs), memoryBytes };
    const command = sandboxed(layers, limits, [program, ...inputArgs(demuxer, verbosity), ...outputArgs]);
    const finished = yield* runChild({ command, input, signal, deadlineMs });
    throwIfFailed(finished);
    return finished;
  }

  /** Walks through the packets without decoding them. */
  async function measure(runOptions: FfmpegRun): Promise<number> {
    const text = await collect(run(runOptions, "-map 0:a:0 -c copy -f null -progress pipe:1 -".split(" ")));
    return Number(/.*^out_time_us=(\d+)$/ms.exec(text.output)?.[1] ?? 0) / 1000;
  }

  return {
    sandbox,
    async summarize(runOptions) {
      const { complaint } = await collect(run(runOptions, [], "info"));
      const format = /^Input #0, (\S+), from /m.exec(complaint)?.[1];
      if (!format) throw new AudioError("damaged", "the file's container cannot be read");
      const hasAudio = /^ {2}Stream #0:\d+.*?: Audio: /m.test(complaint);
      let declaredMs = durationOf(complaint);
      if (guessesLength.has(runOptions.demuxer)) {
        // Only where the guess would refuse the file is it worth the time to find out.
        const doubtful = hasAudio && declaredMs !== undefined && declaredMs > runOptions.maxDurationMs;
        declaredMs = doubtful ? await measure(runOptions) : undefined;
      }
      const hasVideo = /^ {2}Stream #0:\d+.*?: Video: (?!.*attached pic)/m.test(complaint);
      return { format, declaredMs, hasAudio, hasVideo };
    },
    async *decode({ sampleRate, declaredMs, ...runOptions }) {
      const { maxDurationMs } = runOptions;
      const seconds = String(Math.ceil(maxDurationMs / 1000) + 1);
      const track = `-map 0:a:0 -vn -sn -dn -t ${seconds} -ac 1 -ar ${sampleRate} -c:a pcm_s16le -f s16le pipe:1`;
      const bytes = run(runOptions, track.split(" "));
      const { samples, finished } = yield* inBlocks(bytes, sampleRate, maxDurationMs);
      const failed = finished.kind === "exited" && finished.code !== 0;
      if (samples === 0 && (failed || finished.complaint !== "")) throw undecodable(finished.complaint);
      if (samples === 0) throw new AudioError("empty-file", "the sound track holds no sound");
      const ms = (samples * 1000) / sampleRate;
      const isShort = declaredMs !== undefined && ms < declaredMs * 0.95 - 250;
      return { lostMs: 0, cutShort: failed || isShort || endsInside.test(finished.complaint) };
    },
  };
}

function inputArgs(demuxer: Demuxer, verbosity: string): string[] {
  const whitelists = `-protocol_whitelist file -format_whitelist ${demuxer} -codec_whitelist ${codecs.join(",")}`;
  return `-hide_banner -nostdin -v ${verbosity} -threads 1 ${whitelists} -f ${demuxer} -i ${inputName}`.split(
    " ",
  );
}

/** Collects bytes into blocks of a second of samples; throws "too-long" beyond the limit. */
async function* inBlocks(
  bytes: AsyncGenerator<Uint8Array, FinishedChild>,
  sampleRate: SampleRate,
  maxDurationMs: number,
): AsyncGenerator<Int16Array, { samples: number; finished: FinishedChild }> {
  const blockBytes = sampleRate * Int16Array.BYTES_PER_ELEMENT;
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  let total = 0;
  try {
    for (;;) {
      const next = await bytes.next();
      if (next.done) {
        // An odd byte at the very end is half a sample.
        if (filled > 1) yield new Int16Array(block.buffer, 0, filled >> 1);
        return { samples: total >> 1, finished: next.value };
      }
      total += next.value.length;
      const ms = (total * 500) / sampleRate;
      if (ms > maxDurationMs) throw tooLong(ms, maxDurationMs);
      for (let at = 0; at < next.value.length;) {
        const piece = next.value.subarray(at, at + block.length - filled);
        block.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (filled === block.length) {
          yield new Int16Array(block.buffer);
          // The one before is the reader's, who may have given it back.
          block = new Uint8Array(blockBytes);
          filled = 0;
        }
      }
    }
  } finally {
    // Ends the child where the reader or the limit ended first.
    await bytes.return({ kind: "overdue", complaint: "" });
  }
}

async function collect(
  bytes: AsyncGenerator<Uint8Array, FinishedChild>,
): Promise<{ readonly output: string; readonly complaint: string }> {
  let output = "";
  for (;;) {
    const next = await bytes.next();
    if (next.done) return { output, complaint: next.value.complaint };
    // The last lines are the ones that count.
    output = (output + Buffer.from(next.value).toString("latin1")).slice(-4096);
  }
}

/** Some exit codes other than 0 are answers: only what kept ffmpeg from working is an error here. */
function throwIfFailed(child: FinishedChild): void {
  if (child.kind === "missing" || (child.kind === "exited" && child.code === notFound)) {
    throw new AudioError("decoder-missing", "ffmpeg is not installed");
  }
  if (child.kind === "not-started")
    throw new AudioError("decoder-timeout", "the host is too busy for ffmpeg");
  if (child.kind === "overdue") throw new AudioError("decoder-timeout", "ffmpeg did not answer in time");
  if (child.kind !== "killed") return;
  // The kernel ends what has used up its processor time by one of these two.
  const outOfTime = child.signal === "SIGXCPU" || child.signal === "SIGKILL";
  throw outOfTime
    ? new AudioError("decoder-timeout", "ffmpeg used up its processor time")
    : new AudioError("decoder-failed", `ffmpeg ended by ${child.signal}`);
}

function undecodable(complaint: string): AudioError {
  return /not on whitelist|Unknown decoder|Decoder .* not found|no decoder found/i.test(complaint)
    ? new AudioError("decoder-failed", "there is no decoder for the sound in the file")
    : new AudioError("damaged", "no sound in the file could be decoded");
}

function durationOf(complaint: string): number | undefined {
  const [, hours, minutes, seconds] = /^ {2}Duration: (\d+):(\d+):(\d+\.\d+),/m.exec(complaint) ?? [];
  if (hours === undefined) return undefined;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
