import type { Jobs } from "../../jobs/jobs.ts";
import { removeMessage } from "../answers/channel-answer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { originalMessage } from "./interaction-answer.ts";
import type { KeptRequests } from "./kept-requests.ts";
import { unlessRefused } from "../discord/refusals.ts";
import { requestKind } from "./request.ts";

export interface RequestRemovalOptions {
  readonly api: DiscordApi;
  readonly jobs: Jobs;
  readonly kept: KeptRequests;
}

/** Takes away every answer that was asked for about a message, and stops those that are in work. Gives their number. */
export async function removeRequests(
  { api, jobs, kept }: RequestRemovalOptions,
  messageId: string,
): Promise<number> {
  const found = await kept.ofMessage(messageId);
  for (const { id, request } of found) {
    await jobs.cancel(requestKind, id);
    // It may have grown until it was stopped.
    const { answer } = (await kept.get(id)) ?? request;
    const { interaction, expiresAtMs } = request.data;
    // What is private can be taken back by its token alone, while that lives.
    if (expiresAtMs > Date.now()) await unlessRefused(api.deleteFollowUp(interaction, originalMessage));
    for (const posted of answer?.messageIds ?? []) await removeMessage(api, answer?.channelId ?? "", posted);
    await kept.delete(id);
  }
  return found.length;
}
