import { resolve } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { inWords } from "./explain-error.ts";
import { openWholeFiles, type WholeFiles } from "./whole-files.ts";
import { UsageError } from "./usage.ts";
import { recognizerNames } from "../config/recognizers.ts";
import { recordingRecognizerNames } from "../config/recordings.ts";
import type { Environment } from "../config/values.ts";
import { callerDirectory, environment, readConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { openSpeech, type Speech } from "../speech.ts";
import {
  formatJson,
  formatSrt,
  formatText,
  formatVtt,
  type TranscribedFile,
} from "../transcription/formats.ts";

/** How one file is printed; JSON is printed in one piece at the end. */
const formatters = { text: formatText, srt: formatSrt, vtt: formatVtt, json: () => "" } as const;
type Format = keyof typeof formatters;

interface Call {
  readonly files: readonly string[];
  readonly format: Format;
  readonly recognizer: string | undefined;
}

/** `earshot transcribe`: results on stdout, a bar (on a terminal) and errors on stderr. Returns the exit code. */
export async function transcribe(args: readonly string[]): Promise<number> {
  const call = readCall(args);
  const env = environment();
  const config = readConfig(choose(call.recognizer, env), { discord: false, recognizer: true });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const speech = await openSpeech(config, createLog("silent"));
  let whole: WholeFiles | undefined;
  try {
    whole = await openWholeFiles(config);
    return await transcribeFiles(
      call,
      { speech, whole },
      {
        directory: callerDirectory(env),
        maxDurationMs: config.limits.maxAudioMinutes * 60_000,
        signal: stop.signal,
      },
    );
  } finally {
    await whole?.close();
    await speech.close();
  }
}

/** Who is named hears, and nobody in their place; a service that only takes whole recordings gets short ones too. */
function choose(recognizer: string | undefined, env: Environment): Environment {
  if (recognizer === undefined) return env;
  return takesWhole(recognizer)
    ? { ...env, RECORDING_RECOGNIZER: recognizer, LONG_RECORDING_MINUTES: "1e-9", RECOGNIZER: "pocketsphinx" }
    : { ...env, RECORDING_RECOGNIZER: "", RECOGNIZER: recognizer, RECOGNIZER_FALLBACK: "" };
}

/** Whether it takes nothing but whole recordings. */
function takesWhole(recognizer: string | undefined): boolean {
  const takesClips = recognizerNames.some((name) => name === recognizer);
  return !takesClips && recordingRecognizerNames.some((name) => name === recognizer);
}

function readCall(args: readonly string[]): Call {
  const { positionals, values } = parse(args);
  const { format = "text" } = values;
  if (!isFormat(format))
    throw new UsageError(`--format must be one of ${Object.keys(formatters).join(", ")}`);
  if (positionals.length === 0) throw new UsageError("which file?");
  return { files: positionals, format, recognizer: values.recognizer };
}

function isFormat(text: string): text is Format {
  return Object.hasOwn(formatters, text);
}

function parse(args: readonly string[]): {
  readonly positionals: readonly string[];
  readonly values: { readonly format?: string; readonly recognizer?: string };
} {
  try {
    const options = { format: { type: "string" }, recognizer: { type: "string" } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "unknown options", { cause: error });
  }
}

interface Circumstances {
  /** What relative paths are relative to. */
  readonly directory: string;
  readonly maxDurationMs: number;
  readonly signal: AbortSignal;
}

/** One file after the other; a file that fails is explained, and the others are still printed. */
async function transcribeFiles(
  call: Call,
  { speech, whole }: { readonly speech: Speech; readonly whole: WholeFiles | undefined },
  around: Circumstances,
): Promise<number> {
  const insists = takesWhole(call.recognizer);
  const done: TranscribedFile[] = [];
  let failed = false;
  for (const file of call.files) {
    const bar = createBar(file);
    try {
      const path = resolve(around.directory, file);
      const { signal, maxDurationMs } = around;
      const transcript =
        (await whole?.transcribe(path, { signal, maxDurationMs, insists })) ??
        (await speech.transcriber.transcribe(path, {
          signal,
          turn: { lane: "file", guildId: "files", memberId: "files" },
          maxDurationMs,
          onProgress: ({ clipsDone, clips }) => bar.show(clips === 0 ? 1 : clipsDone / clips),
        }));
      bar.clear();
      done.push({ file, transcript });
      stdout.write(`${heading(call, file, done.length)}${formatters[call.format](transcript)}`);
      if (transcript.text === "") bar.tell("nobody speaks in this recording");
    } catch (error) {
      bar.clear();
      failed = true;
      if (around.signal.aborted) break;
      stderr.write(`earshot: ${file}: ${inWords(error)}\n`);
    }
  }
  if (call.format === "json") stdout.write(formatJson(done));
  if (around.signal.aborted) stderr.write("earshot: stopped\n");
  return failed || around.signal.aborted ? 1 : 0;
}

/** Several texts in a row need names; subtitles need an empty line between them, or the last cue of one would run into the next. */
function heading({ files, format }: Call, file: string, place: number): string {
  if (files.length > 1 && format === "text") return `== ${file} ==\n`;
  return place > 1 && format !== "json" ? "\n" : "";
}

interface Bar {
  show(share: number): void;
  clear(): void;
  /** A remark for whoever watches. */
  tell(remark: string): void;
}

const barWidth = 30;

/** Nothing where stderr is no terminal. */
function createBar(file: string): Bar {
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined, tell: () => undefined };
  const erase = "\r\u001b[K";
  return {
    show(share) {
      const filled = Math.round(share * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      stderr.write(`${erase}${bar} ${Math.round(share * 100)} % ${file.slice(-60)}`);
    },
    clear: () => void stderr.write(erase),
    tell: (remark) => void stderr.write(`earshot: ${file}: ${remark}\n`),
  };
}
