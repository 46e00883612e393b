import type { Locale } from "../explanations/explain.ts";
import type { Words } from "../explanations/words.ts";
import type { NamedCaption } from "../transcription/caption-formats.ts";
import { transcriptMessage } from "./caption-files.ts";
import type { DiscordApi } from "./discord-api.ts";

/** Why a session ended. */
export type EndReason =
  | "stopped"
  | "alone"
  | "quiet"
  | "too-long"
  | "removed"
  | "moved"
  | "lost"
  | "restart"
  | "interrupted"
  | "no-place"
  | "failed";

/** Says that captions ended, and why, with everything that was said. */
export async function postTranscript(options: {
  readonly api: DiscordApi;
  readonly words: Words;
  readonly locale: Locale;
  readonly placeId: string;
  readonly reason: EndReason;
  readonly said: readonly NamedCaption[];
}): Promise<void> {
  const { api, words, locale, placeId, reason, said } = options;
  const why = words.say(locale, endWords[reason]);
  const content = words.join(
    locale,
    why,
    words.say(locale, said.length === 0 ? "captionsNothingSaid" : "captionsAttached"),
  );
  await api.postMessage(placeId, transcriptMessage(content, said));
}

const endWords = {
  stopped: "captionsEndStopped",
  alone: "captionsEndAlone",
  quiet: "captionsEndQuiet",
  "too-long": "captionsEndTooLong",
  removed: "captionsEndRemoved",
  moved: "captionsEndMoved",
  lost: "captionsEndLost",
  restart: "captionsEndRestart",
  interrupted: "captionsEndInterrupted",
  "no-place": "captionsEndLost",
  failed: "captionsEndFailed",
} as const satisfies Record<EndReason, string>;
