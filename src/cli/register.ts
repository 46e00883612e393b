import { stderr, stdout } from "node:process";

import { commands } from "../../commands/index.ts";
import { registerCommands } from "../bot/register-commands.ts";
import { BotError } from "../bot/errors.ts";
import { environment, readConfig } from "../config.ts";
import { openStore } from "../store/open-store.ts";
import { UsageError } from "./usage.ts";

/** `earshot register`: tells Discord which commands there are. Returns the exit code. */
export async function register(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError("register takes no arguments");
  const config = readConfig(environment(), { discord: true, recognizer: false });
  try {
    const store = await openStore(config);
    try {
      const count = await registerCommands({ ...config.discord, store, commands });
      stdout.write(`${count} commands are registered.\n`);
      return 0;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    stderr.write(`earshot: ${error.message}\n`);
    return 1;
  }
}
