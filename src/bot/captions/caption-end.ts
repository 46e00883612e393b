import type { Locale } from "../../explanations/explain.ts";
import type { Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";
import { type DescribedPicture, transcriptMessage } from "./caption-files.ts";
import { captionTimeline } from "./caption-timeline.ts";
import { nonceOf } from "../answers/answer.ts";
import type { SessionRecord } from "./caption-journal.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import { errorCodes } from "../discord/refusals.ts";

/** Why a session ended. */
export type EndReason =
  | "stopped"
  | "alone"
  | "quiet"
  | "too-long"
  | "used-up"
  | "removed"
  | "moved"
  | "lost"
  | "restart"
  | "interrupted"
  | "no-place"
  | "failed";

export interface TranscriptOptions {
  readonly api: Pick<DiscordApi, "postMessage">;
  readonly words: Words;
  readonly log: BotLog;
  readonly locale: Locale;
  readonly record: Pick<SessionRecord, "placeId" | "startedAtMs">;
  readonly reason: EndReason;
  readonly said: readonly NamedCaption[];
  readonly choices: Store["consent"]["choices"];
}

/** Says that captions ended, and why, with a picture of who spoke when and everything that was said by those who have not opted out since. */
export async function postTranscript(options: TranscriptOptions): Promise<void> {
  const { api, words, locale, record, reason } = options;
  const said = await withoutOptedOut(options);
  const { placeId, startedAtMs } = record;
  const why = words.say(locale, endWords[reason]);
  const content = words.join(
    locale,
    why,
    words.say(locale, said.length === 0 ? "captionsNothingSaid" : "captionsAttached"),
  );
  // A process that is killed right after it leaves it to the next one, which must not say it again.
  const nonce = nonceOf(`transcript:${placeId}:${startedAtMs}`, 0);
  await api.postMessage(placeId, transcriptMessage(content, said, await pictureOf({ ...options, said })), {
    nonce,
    enforce_nonce: true,
  });
}

/** Whoever spoke, left and opted out in another process is known to the store alone. */
async function withoutOptedOut({ said, choices }: TranscriptOptions): Promise<readonly NamedCaption[]> {
  const chosen = await choices([...new Set(said.map(({ speakerId }) => speakerId))]);
  return said.filter(({ speakerId }) => chosen.get(speakerId) !== "out");
}

/** Words without their picture are worth more than none. */
async function pictureOf(options: TranscriptOptions): Promise<DescribedPicture | undefined> {
  const { said, words, locale, log } = options;
  try {
    return await captionTimeline(said, words, locale);
  } catch (error) {
    log.warn(errorCodes(error), "the timeline could not be drawn");
    return undefined;
  }
}

const endWords = {
  stopped: "captionsEndStopped",
  alone: "captionsEndAlone",
  quiet: "captionsEndQuiet",
  "too-long": "captionsEndTooLong",
  "used-up": "captionsEndUsedUp",
  removed: "captionsEndRemoved",
  moved: "captionsEndMoved",
  lost: "captionsEndLost",
  restart: "captionsEndRestart",
  interrupted: "captionsEndInterrupted",
  "no-place": "captionsEndLost",
  failed: "captionsEndFailed",
} as const satisfies Record<EndReason, string>;
