import type { Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import type { Transcriber } from "../../transcription/transcriber.ts";
import type { ComponentHandler } from "../command.ts";
import { createTranscriptDesk, type TranscriptDesk } from "../records/transcript-desk.ts";
import { createUsageDesk, type UsageDesk, type UsageDeskOptions } from "../records/usage-desk.ts";
import { createWithheld } from "../answers/withheld.ts";
import { createPrivacyDesk, type PrivacyDesk, type PrivacyDeskOptions } from "../records/privacy-desk.ts";
import type { RecognizerFacts } from "../answers/sentences.ts";
import { createSettingsMessages, type SettingsMessages } from "../settings/settings-messages.ts";

/** Where members and moderators go with what is not a recording. */
export interface Desk {
  readonly settings: SettingsMessages;
  readonly privacy: PrivacyDesk;
  readonly transcripts: TranscriptDesk;
  readonly usage: UsageDesk;
  /** What stands on messages that are no command's. */
  readonly components: readonly ComponentHandler[];
}

export interface DeskOptions {
  readonly store: PrivacyDeskOptions["store"] & Pick<Store, "transcripts" | "cipher" | "usage">;
  readonly words: Words;
  readonly transcriber: Transcriber;
  readonly retentionDays?: number;
  readonly cacheDays?: number;
  readonly recognizer: RecognizerFacts;
  readonly captionRecognizer?: RecognizerFacts;
  /** How often data that is too old is deleted, in ms; every six hours unless told. */
  readonly sweepEveryMs?: number;
}

/** What the desk needs of the running bot. */
export interface DeskBot {
  readonly forgetWords: PrivacyDeskOptions["forgetWords"];
  readonly depth: UsageDeskOptions["depth"];
}

/** Six hours: what the composition root does unless told. */
const sweepEveryMs = 6 * 3_600_000;

export function createDesk(options: DeskOptions, bot: DeskBot): Desk {
  const { store, words, transcriber, recognizer, retentionDays = 30 } = options;
  return {
    usage: createUsageDesk({ store, words, depth: bot.depth }),
    transcripts: createTranscriptDesk(store.transcripts, words),
    privacy: createPrivacyDesk({
      store,
      words,
      facts: {
        recognizer,
        captionRecognizer: options.captionRecognizer ?? recognizer,
        retentionDays,
        cacheDays: options.cacheDays ?? 0,
        isEncrypted: store.cipher.seals,
      },
      sweepEveryMs: options.sweepEveryMs ?? sweepEveryMs,
      forgetWords: bot.forgetWords,
    }),
    components: [createWithheld(store.transcripts, words)],
    settings: createSettingsMessages({
      settings: store.settings,
      words,
      operator: { retentionDays, languages: transcriber.languages },
      identityOf: (settings) => transcriber.identityOf(settings),
    }),
  };
}
