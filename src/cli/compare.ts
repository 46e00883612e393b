import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { type Config, ConfigError, callerDirectory, environment, readConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { type ComparedRecognizer, configuredRecognizers, openComparison } from "../speech/comparison.ts";
import { wordErrorRate, wordErrors } from "../transcription/word-errors.ts";
import { type Compared, formatCompared } from "./compared.ts";
import { inWords } from "./explain-error.ts";
import { UsageError } from "./usage.ts";
import { insisting, openWholeFiles, type WholeFiles, wholeTranscriber } from "./whole-files.ts";

/** Asked by whole recordings, not in clips. */
const whole = "alibaba";

interface Call {
  readonly file: string;
  readonly reference: string | undefined;
  readonly recognizers: readonly string[] | undefined;
  readonly asJson: boolean;
}

/** `earshot compare`: one recording through several recognizers, one after the other. Returns the exit code. */
export async function compare(args: readonly string[]): Promise<number> {
  const call = readCall(args);
  const env = environment();
  const directory = callerDirectory(env);
  const said =
    call.reference === undefined ? undefined : await readReference(resolve(directory, call.reference));
  const config = readConfig(env, { discord: false, recognizer: false });
  const names = chosen(call.recognizers, config);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const clips = configuredRecognizers(config).filter((name) => names.includes(name));
  const comparison = await openComparison(config, createLog("silent"), clips);
  const ofWhole = names.includes(whole) ? insisting(config, whole) : undefined;
  let files: WholeFiles | undefined;
  try {
    files = ofWhole && (await openWholeFiles(ofWhole));
    const also = files ? [{ name: whole, transcriber: wholeTranscriber(files) }] : [];
    const path = resolve(directory, call.file);
    const maxDurationMs = config.limits.maxAudioMinutes * 60_000;
    const compared = await askAll([...comparison.recognizers, ...also], {
      path,
      maxDurationMs,
      said,
      signal: stop.signal,
    });
    stdout.write(call.asJson ? `${JSON.stringify(compared, null, 2)}\n` : formatCompared(compared));
    for (const { recognizer, error } of compared)
      if (error !== null) stderr.write(`earshot: ${recognizer}: ${error}\n`);
    return compared.length === names.length && compared.every(({ error }) => error === null) ? 0 : 1;
  } finally {
    await files?.close();
    await comparison.close();
  }
}

function readCall(args: readonly string[]): Call {
  const { positionals, values } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("compare takes one file");
  const { format = "text" } = values;
  if (format !== "text" && format !== "json") throw new UsageError("--format must be one of text, json");
  return {
    file,
    reference: values.reference,
    recognizers: values.recognizers?.split(",").map((name) => name.trim()),
    asJson: format === "json",
  };
}

function parse(args: readonly string[]): {
  readonly positionals: readonly string[];
  readonly values: { readonly reference?: string; readonly recognizers?: string; readonly format?: string };
} {
  try {
    const text = { type: "string" } as const;
    const options = { reference: text, recognizers: text, format: text };
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "unknown options", { cause: error });
  }
}

async function readReference(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError("the file named by --reference cannot be read", { cause: error });
  }
}

/** All that are configured, or those that were named. */
function chosen(named: readonly string[] | undefined, config: Config): readonly string[] {
  const able = [...configuredRecognizers(config), ...(insisting(config, whole) ? [whole] : [])];
  if (named === undefined) return able;
  const missing = named.filter((name) => !able.some((one) => one === name));
  if (missing.length > 0)
    throw new ConfigError(missing.map((name) => `--recognizers: ${name} is unknown, or has no credentials`));
  return able.filter((name) => named.includes(name));
}

interface Asking {
  readonly path: string;
  readonly maxDurationMs: number;
  /** What is really said in the recording. */
  readonly said: string | undefined;
  readonly signal: AbortSignal;
}

/** One after the other, so that their times are their own; an abort ends it with what there is. */
async function askAll(
  recognizers: readonly ComparedRecognizer[],
  asking: Asking,
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const recognizer of recognizers) {
    if (asking.signal.aborted) break;
    compared.push(await ask(recognizer, asking));
  }
  return compared;
}

async function ask(
  { name: recognizer, transcriber }: ComparedRecognizer,
  { path, maxDurationMs, said, signal }: Asking,
): Promise<Compared> {
  const startMs = performance.now();
  const timeMs = (): number => Math.round(performance.now() - startMs);
  try {
    const { text, confidence, requests } = await transcriber.transcribe(path, {
      signal,
      turn: { lane: "file", guildId: "files", memberId: "files" },
      maxDurationMs,
    });
    const rate = said === undefined ? null : wordErrorRate(wordErrors(said, text));
    return { recognizer, text, confidence, timeMs: timeMs(), requests, wordErrorRate: rate, error: null };
  } catch (error) {
    const nothing = { text: null, confidence: null, requests: null, wordErrorRate: null };
    const told = signal.aborted ? "stopped" : inWords(error);
    return { recognizer, ...nothing, timeMs: timeMs(), error: told };
  }
}
