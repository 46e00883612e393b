import type { Words } from "../explanations/words.ts";
import type { Store } from "../store/store.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import type { ComponentHandler } from "./command.ts";
import { createWithheld } from "./withheld.ts";
import { createSettingsMessages, type SettingsMessages } from "./settings-messages.ts";

/** Where members and moderators go with what is not a recording. */
export interface Desk {
  readonly settings: SettingsMessages;
  /** What stands on messages that are no command's. */
  readonly components: readonly ComponentHandler[];
}

export interface DeskOptions {
  readonly store: Pick<Store, "settings" | "transcripts">;
  readonly words: Words;
  readonly transcriber: Transcriber;
  readonly retentionDays?: number;
}

export function createDesk({ store, words, transcriber, retentionDays = 30 }: DeskOptions): Desk {
  return {
    components: [createWithheld(store.transcripts, words)],
    settings: createSettingsMessages({
      settings: store.settings,
      words,
      operator: { retentionDays, languages: transcriber.languages },
      identityOf: (settings) => transcriber.identityOf(settings),
    }),
  };
}
