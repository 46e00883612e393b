import { createThreadName } from "../../explanations/thread-name.ts";
import type { Words } from "../../explanations/words.ts";
import { messageBody } from "../answers/answer.ts";
import { audienceIncludes } from "./audience.ts";
import { boldName } from "./caption-lines.ts";
import type { VoicesPlace } from "./caption-voices.ts";
import type { CaptionRequest } from "./caption-request.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { GuildFacts } from "../discord/guild-facts.ts";
import type { BotLog } from "../log.ts";
import { errorCodes, isRefusal } from "../discord/refusals.ts";
import type { RecognizerFacts } from "../answers/sentences.ts";
import type { Threads } from "../discord/threads.ts";

/** Where a session was announced, and where its captions go. */
export interface Announcement {
  readonly messageId: string;
  readonly placeId: string;
}

export interface AnnouncementOptions {
  readonly api: DiscordApi;
  readonly words: Words;
  readonly facts: () => GuildFacts;
  readonly threads: Threads;
  readonly recognizer: RecognizerFacts;
  readonly log: BotLog;
  /** Whether only those are heard who said yes. */
  readonly optInOnly: boolean;
}

/** Whether all who can read the place may also join the voice channel; the voice channel's own chat is its audience's. */
export function isPrivate(request: CaptionRequest, facts: GuildFacts, selfId: string): boolean {
  const { guildId, voiceChannelId, whereId } = request;
  if (whereId === voiceChannelId) return true;
  const roles = facts.roles(guildId);
  const [voice, place] = [facts.access(voiceChannelId), facts.access(whereId)];
  if (!roles || !voice || !place) return false;
  return audienceIncludes({ roles, voice, place, except: new Set([selfId]) });
}

/** Where webhooks can post what goes into the announcement's place. */
export function voicesPlaceOf(
  { placeId, messageId }: Announcement,
  { whereId }: CaptionRequest,
  facts: GuildFacts,
): VoicesPlace {
  // A thread that was just begun is not known to the gateway yet.
  const parent = placeId === whereId ? facts.parentOf(whereId) : whereId;
  return parent === undefined
    ? { channelId: placeId, threadId: undefined, afterId: messageId }
    : { channelId: parent, threadId: placeId, afterId: messageId };
}

/** Says who started what, what is sent where and how to opt out; undefined where nothing may be written. */
export async function announce(
  request: CaptionRequest,
  options: AnnouncementOptions,
): Promise<Announcement | undefined> {
  const { api, words, log } = options;
  const { guildId, whereId, locale, voiceChannelId } = request;
  const { name: recognizer, host } = options.recognizer;
  const about = { member: boldName(request.starterName), channel: `<#${voiceChannelId}>` };
  const content = words.join(
    locale,
    words.captionsOn(locale, about, recognizer, host),
    options.optInOnly ? words.say(locale, "captionsOptInOnly") : "",
  );
  try {
    const messageId = await api.postMessage(whereId, messageBody({ content }));
    const kind = words.say(locale, "liveCaptions");
    const place = await options.threads.open({
      guildId,
      channelId: whereId,
      messageId,
      channelType: request.whereType,
      threadName: createThreadName(options.facts().name(voiceChannelId) ?? "", kind, kind),
    });
    return { messageId, placeId: place.channelId };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.info({ guildId, ...errorCodes(error) }, "captions could not be announced");
    return undefined;
  }
}

/** Captions were announced and are not coming. */
export async function takeBack(
  { whereId, voiceChannelId, locale }: CaptionRequest,
  { messageId }: Announcement,
  { api, words }: Pick<AnnouncementOptions, "api" | "words">,
): Promise<void> {
  const content = words.say(locale, "captionsCannotJoin", { channel: `<#${voiceChannelId}>` });
  await api.editMessage(whereId, messageId, messageBody({ content }));
}
