import type { Jobs } from "../jobs/jobs.ts";
import type { DiscordApi } from "./discord/discord-api.ts";
import { BotError } from "./errors.ts";
import { tokenRefused } from "./discord/login.ts";
import type { BotLog } from "./log.ts";
import { noteKind } from "./notes/note.ts";
import { errorCodes } from "./discord/refusals.ts";
import { requestKind } from "./requests/request.ts";

/** Begins to work without a connection to the gateway. Throws BotError where the token is no good. */
export async function startWorker({
  api,
  jobs,
  log,
}: {
  readonly api: DiscordApi;
  readonly jobs: Jobs;
  readonly log: BotLog;
}): Promise<void> {
  log.info({ userId: await ownIdOf(api) }, "worker is ready");
  await wakeWaiting(jobs);
  jobs.start();
}

/** What waits for a service goes on and asks it. */
export async function wakeWaiting(jobs: Jobs): Promise<void> {
  for (const kind of [noteKind, requestKind]) await jobs.wakeAll(kind);
}

/** Who the token is, for a process that does not log in. Throws BotError. */
async function ownIdOf(api: DiscordApi): Promise<string> {
  try {
    return await api.selfId();
  } catch (error) {
    if (errorCodes(error).status === 401) throw tokenRefused(error);
    throw new BotError("discord-unreachable", "Discord could not be reached.", { cause: error });
  }
}
