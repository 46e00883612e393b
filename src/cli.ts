import { stderr, stdout } from "node:process";

import { UsageError } from "./cli/usage.ts";
import { ConfigError } from "./config.ts";
import { StoreError } from "./store/errors.ts";
import { WebError } from "./web/errors.ts";

const usage = `Usage: earshot COMMAND

  transcribe FILE...    print what is said in audio or video files
    --format text|json|srt|vtt      text unless told
    --recognizer sis|sis-sentence|tencent|pocketsphinx|alibaba   RECOGNIZER unless told
  compare FILE          print what every configured recognizer hears in a file, side by side
    --reference TEXTFILE            what is really said in it, for the word error rate
    --recognizers NAME,NAME         only these
    --format text|json              text unless told
  init                  ask for what the bot needs, try each answer at once, and write .env
  doctor [--json]       check everything the bot needs, and say what is wrong and how to mend it
  backup FILE [--force] copy the database into a file, while the bot runs
  restore FILE          put such a file in the database's place, while the bot does not run
  register              register the bot's commands with Discord

Exit codes: 0 done; 1 it failed, or one of several files failed; 2 the call or the configuration is wrong.
`;

/** Each is loaded when it is asked for: a transcript needs nothing of Discord. */
const commands: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  transcribe: async () => (await import("./cli/transcribe.ts")).transcribe,
  compare: async () => (await import("./cli/compare.ts")).compare,
  init: async () => (await import("./cli/init.ts")).init,
  doctor: async () => (await import("./cli/doctor.ts")).doctor,
  backup: async () => (await import("./cli/backup.ts")).backup,
  restore: async () => (await import("./cli/backup.ts")).restore,
  register: async () => (await import("./cli/register.ts")).register,
};

// Whoever reads has seen enough, as in "earshot doctor | head".
stdout.on("error", (error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof ConfigError) {
      stderr.write(error.problems.map((problem) => `earshot: ${problem}\n`).join(""));
      return 2;
    }
    if (error instanceof UsageError) {
      stderr.write(`earshot: ${error.message}\n\n${usage}`);
      return 2;
    }
    if (error instanceof StoreError || error instanceof WebError) {
      stderr.write(`earshot: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

async function run([command = "", ...args]: readonly string[]): Promise<number> {
  if (asksForHelp([command, ...args])) {
    stdout.write(usage);
    return 0;
  }
  const load = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (load) return await (await load())(args);
  throw new UsageError(command === "" ? "which command?" : `there is no command "${command}"`);
}

/** What comes after "--" are names of files. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  return args[0] === "help" || options.includes("--help") || options.includes("-h");
}
