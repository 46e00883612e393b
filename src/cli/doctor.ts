import { stdout } from "node:process";
import { parseArgs } from "node:util";

import {
  type Config,
  ConfigError,
  environment,
  type Needs,
  readConfig,
  type RecognizerName,
} from "../config.ts";
import { checkDiscord, checkVoice } from "./doctor/check-discord.ts";
import { checkFfmpeg, checkFolder, checkPort, checkRuntime } from "./doctor/check-host.ts";
import { checkRecognizers } from "./doctor/check-recognizer.ts";
import { checkRecordings } from "./doctor/check-recordings.ts";
import { checkDatabase, checkRedis } from "./doctor/check-services.ts";
import { asLine, broken, type Checkup, codeOf, type Finding, ok, skipped } from "./doctor/finding.ts";
import { UsageError } from "./usage.ts";

/** `earshot doctor [--json]`: a line for everything the bot needs, and what mends it. Returns 1 where something needed is broken. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { json } = readCall(args);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const findings: Finding[] = [];
  const tell = (found: readonly Finding[]): void => {
    findings.push(...found);
    if (!json) for (const finding of found) stdout.write(`${asLine(finding)}\n`);
  };
  const env = environment();
  const settings = readSettings(env);
  tell(settings.found);
  for (const checkup of checkups(settings, stop.signal)) tell(await checkup());
  const isBroken = findings.some(({ status }) => status === "broken");
  if (json) stdout.write(`${JSON.stringify({ ok: !isBroken, findings }, undefined, 2)}\n`);
  else stdout.write(isBroken ? "\nSomething that is needed is broken.\n" : "\nEverything needed works.\n");
  return isBroken ? 1 : 0;
}

function readCall(args: readonly string[]): { readonly json: boolean } {
  try {
    const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean" } } });
    return { json: values.json === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "unknown options", { cause: error });
  }
}

interface Settings {
  readonly found: readonly Finding[];
  /** Undefined where a value makes no sense. */
  readonly config: Config | undefined;
  /** Whether the recognizer has what it needs. */
  readonly canHear: boolean;
}

function readSettings(env: NodeJS.ProcessEnv): Settings {
  const whole = tryConfig(env, { discord: true, recognizer: true });
  if (whole.config) return { found: [ok("Configuration", "complete")], config: whole.config, canHear: true };
  const hearing = tryConfig(env, { discord: false, recognizer: true }).config;
  return {
    // A token that is missing has a line of its own, which says where to find one.
    found: whole.problems.filter((problem) => !problem.startsWith("DISCORD_TOKEN: needed")).map(problemOf),
    config: hearing ?? tryConfig(env, { discord: false, recognizer: false }).config,
    canHear: hearing !== undefined,
  };
}

function tryConfig(
  env: NodeJS.ProcessEnv,
  needs: Needs,
): { readonly config?: Config; readonly problems: readonly string[] } {
  try {
    return { config: readConfig(env, needs), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems };
  }
}

function problemOf(problem: string): Finding {
  const [name = "", ...rest] = problem.split(": ");
  return broken(`Configuration ${name}`, rest.join(": "), "set it in .env, or run earshot init");
}

/** In the order in which they are told. */
function checkups({ config, canHear }: Settings, signal: AbortSignal): readonly Checkup[] {
  const host: Checkup[] = [checkRuntime, checkFfmpeg, checkVoice];
  if (!config) return [...host, skipRest].map(sturdy);
  const speech: Checkup = canHear
    ? async () => await checkRecognizers(config, inUse(config), signal)
    : skipRest;
  return [
    ...host,
    async () => await checkFolder(config),
    async () => await checkDatabase(config),
    async () => await checkRedis(config),
    async () => await checkPort(config),
    async () => await checkDiscord(config, signal),
    speech,
    async () => (canHear ? await checkRecordings(config, signal) : []),
  ].map(sturdy);
}

/** Each that may be asked, once. */
function inUse({ recognizer, captionRecognizer, fallback }: Config): readonly RecognizerName[] {
  return [...new Set([recognizer, captionRecognizer, ...fallback])];
}

async function skipRest(): Promise<readonly Finding[]> {
  return Promise.resolve([skipped("What comes next", "mend the configuration first")]);
}

/** A check that fails in a way nobody thought of must not keep the others from being told. */
function sturdy(checkup: Checkup): Checkup {
  return async () => {
    try {
      return await checkup();
    } catch (error) {
      return [broken("A check", `failed itself (${codeOf(error)})`, "please report it with this line")];
    }
  };
}
