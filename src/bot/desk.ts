import type { Words } from "../explanations/words.ts";
import type { Store } from "../store/store.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import { createSettingsMessages, type SettingsMessages } from "./settings-messages.ts";

/** Where members and moderators go with what is not a recording. */
export interface Desk {
  readonly settings: SettingsMessages;
}

export interface DeskOptions {
  readonly store: Pick<Store, "settings">;
  readonly words: Words;
  readonly transcriber: Transcriber;
  readonly retentionDays?: number;
}

export function createDesk({ store, words, transcriber, retentionDays = 30 }: DeskOptions): Desk {
  return {
    settings: createSettingsMessages({
      settings: store.settings,
      words,
      operator: { retentionDays, languages: transcriber.languages },
      identityOf: (settings) => transcriber.identityOf(settings),
    }),
  };
}
