import type { Store } from "../../store/store.ts";
import type { AudioSource } from "../discord/attachments.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { unlessRefused } from "../discord/refusals.ts";

export interface ConsentOptions {
  readonly api: DiscordApi;
  readonly consent: Store["consent"];
  readonly source: AudioSource;
}

/**
 * Whether somebody whose voice this is has opted out: who posted it, or, for a forward, who posted the original. Rejects where
 * Discord, asked for that, is out of reach.
 */
export function createConsentCheck({ api, consent, source }: ConsentOptions): () => Promise<boolean> {
  let speakers: Promise<readonly string[]> | undefined;
  return async () => {
    speakers ??= originalAuthor(api, source).then((original) => [source.authorId, ...original]);
    for (const memberId of await speakers) {
      if (await consent.isOptedOut(memberId)) return true;
    }
    return false;
  };
}

/** A forward does not say who spoke; the original does, where we may read it. */
async function originalAuthor(api: DiscordApi, { original }: AudioSource): Promise<readonly string[]> {
  if (!original) return [];
  const found = await unlessRefused(api.message(original.channelId, original.messageId));
  // Most originals are closed to us; then whoever forwards it answers for it.
  return found ? [found.authorId] : [];
}
