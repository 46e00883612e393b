import { localeFor, type Words } from "../../explanations/words.ts";
import type { Job } from "../../jobs/jobs.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Answer } from "../../store/store.ts";
import type { Destination } from "../answers/answer.ts";
import { boldName } from "../captions/caption-lines.ts";
import { createChannelAnswer } from "../answers/channel-answer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { createLogAnswer } from "./log-answer.ts";
import type { NoteData } from "./note.ts";
import { plainText } from "../answers/safe-text.ts";
import type { NotePlace, Threads } from "../discord/threads.ts";
import type { WorkMemory, WorkState } from "../answers/work-state.ts";

export interface NoteDestinationOptions {
  readonly api: DiscordApi;
  readonly threads: Threads;
  readonly words: Words;
}

/** In the note's thread or beside it, or in the server's log channel. */
export function noteDestination(
  options: NoteDestinationOptions,
  {
    job,
    state,
    settings,
  }: {
    readonly job: Job<NoteData, WorkMemory>;
    readonly state: WorkState;
    readonly settings: Settings;
  },
): Destination {
  const { data } = job;
  const { api } = options;
  const { answers, logChannel } = settings;
  const place = {
    key: `${job.kind}:${job.key}`,
    place: state.memory.place,
    onPlace: (found: NotePlace) => state.keep({ place: found }),
  };
  const beside = createChannelAnswer({
    ...place,
    api,
    threads: options.threads,
    note: {
      guildId: data.guildId,
      channelId: data.channelId,
      messageId: data.messageId,
      channelType: data.channelType,
      threadName: threadName(options.words, data),
      wantsReply: answers === "reply",
    },
  });
  const logChannelId =
    place.place?.type === "log" ? place.place.channelId : answers === "log" ? logChannel : null;
  return logChannelId === null ? beside : createLogAnswer({ ...place, api, logChannelId, beside });
}

/** What the record of a note knows where its job has forgotten everything, as after a damaged database: where to go on writing. */
export function rememberedBy(answer: Answer | undefined): Partial<WorkMemory> | undefined {
  if (!answer?.place) return undefined;
  const { place, channelId, messageId, messageIds } = answer;
  return {
    answer: { messageIds, posting: true },
    place: placeOf(place, { channelId, messageId }),
  };
}

/** A thread has the id of the message it hangs on; what is neither that nor beside the note is in a log channel. */
function placeOf(
  { channelId, ownThread }: NonNullable<Answer["place"]>,
  note: { readonly channelId: string; readonly messageId: string },
): NotePlace {
  if (channelId === note.channelId) return { type: "reply", channelId };
  return channelId === note.messageId
    ? { type: "thread", channelId, own: ownThread }
    : { type: "log", channelId };
}

/** Whose note it is, and where, for an answer in a log channel. */
export function originOf(words: Words, data: NoteData, { answers, logChannel }: Settings): string {
  const { guildId, channelId, messageId, authorName, locale } = data;
  if (answers !== "log" || logChannel === null || guildId === null) return "";
  const link = `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
  return words.say(localeFor(locale), "originOf", { member: boldName(authorName), link });
}

function threadName(words: Words, { locale, authorName, source }: NoteData): string {
  const { durationMs } = source.file;
  const language = localeFor(locale);
  const name = plainText(authorName);
  return durationMs === null
    ? `${name.slice(0, 60).toWellFormed()} · ${words.say(language, "voiceNote")}`
    : words.threadName(language, name, durationMs);
}
