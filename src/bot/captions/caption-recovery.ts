import { localeFor, type Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import { postTranscript, type TranscriptOptions } from "./caption-end.ts";
import type { CaptionJournals } from "./caption-journal.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import { restoreNickname } from "./nickname.ts";
import { errorCodes, isRefusal } from "../discord/refusals.ts";

export interface RecoveryOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "consent">;
  readonly words: Words;
  readonly log: BotLog;
  readonly journals: CaptionJournals;
}

/** Posts what sessions of an earlier process had heard, and takes their mark off the bot's name. */
export async function recoverSessions(options: RecoveryOptions): Promise<void> {
  const { api, store, words, log, journals } = options;
  const left = await journals.left().catch((error: unknown) => {
    log.error(errorCodes(error), "old transcripts could not be read");
    return [];
  });
  const choices: TranscriptOptions["choices"] = (memberIds) => store.consent.choices(memberIds);
  for (const { record, journal } of left) {
    await restoreNickname(api, record, log);
    try {
      const said = await journal.read();
      const locale = localeFor(record.locale);
      await postTranscript({ api, words, log, locale, record, reason: "interrupted", said, choices });
      await journal.remove();
    } catch (error) {
      log.warn({ guildId: record.guildId, ...errorCodes(error) }, "an old transcript could not be posted");
      // Where the place is gone nobody can be given the words, and they are not kept.
      if (isRefusal(error)) await journal.remove();
      else await journal.leave();
    }
  }
}
