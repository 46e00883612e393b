import { createHash } from "node:crypto";

import type { Store } from "../store/store.ts";
import type { Command } from "./command.ts";
import type { DiscordApi } from "./discord/discord-api.ts";

export interface CommandRegistryOptions {
  readonly api: DiscordApi;
  readonly marks: Store["marks"];
  readonly commands: readonly Command[];
}

/** Tells Discord which commands there are. */
export interface CommandRegistry {
  /** Registers them if they are not what was registered last; "unchanged" costs no call. */
  registerIfChanged(applicationId: string): Promise<"registered" | "unchanged">;
  /** Registers them in any case and gives their number. */
  register(applicationId: string): Promise<number>;
}

export function createCommandRegistry({ api, marks, commands }: CommandRegistryOptions): CommandRegistry {
  const definitions = commands.map(({ definition }) => definition);
  const hash = createHash("sha256").update(JSON.stringify(definitions)).digest("hex");

  const register = async (applicationId: string): Promise<number> => {
    await api.putCommands(applicationId, definitions);
    await marks.set(keyFor(applicationId), hash);
    return definitions.length;
  };

  return {
    register,
    async registerIfChanged(applicationId) {
      if ((await marks.get(keyFor(applicationId))) === hash) return "unchanged";
      await register(applicationId);
      return "registered";
    },
  };
}

function keyFor(applicationId: string): string {
  return `commands:${applicationId}`;
}
