import { localeFor, type Words } from "../../explanations/words.ts";
import type { Job } from "../../jobs/jobs.ts";
import { messageBody, nonceOf, type Page } from "../answers/answer.ts";
import { askedId } from "./asked.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import { directTurn } from "../notes/note.ts";
import { unlessRefused } from "../discord/refusals.ts";
import type { RequestData } from "./request.ts";
import { retryId } from "../discord/retry.ts";
import type { Sentences } from "../answers/sentences.ts";
import type { WorkMemory, WorkState } from "../answers/work-state.ts";

export interface MoveOptions {
  readonly api: DiscordApi;
  readonly words: Words;
  readonly sentences: Sentences;
}

/**
 * An interaction must not end without a word: the answer goes on in its channel, or in direct messages where it is private or the
 * channel is closed to us, and the interaction says so while it still can. False where there is no such place.
 */
export async function moveAnswer(
  { api, words, sentences }: MoveOptions,
  { kind, key, data, turn }: Job<RequestData, WorkMemory>,
  state: WorkState,
): Promise<boolean> {
  const locale = localeFor(data.locale);
  const direct = turn.guildId === directTurn;
  const cancelId = askedId({ action: "cancel", key, askerId: data.userId });
  const voice = {
    locale,
    direct,
    cancelId,
    retryId: retryId(kind, key),
    introduced: state.memory.introduced === true,
  };
  const page = sentences.listening(undefined, voice);
  const nonce = nonceOf(`${kind}:${key}`, 0);
  const post = async (channelId: string, page: Page): Promise<string> =>
    await api.postMessage(channelId, messageBody(page), { nonce, enforce_nonce: true });

  const inChannel = async (): Promise<Moved | undefined> => {
    const { channelId } = data;
    if (channelId === null || data.isPrivate) return undefined;
    const called = { ...page, content: `${callFor(words, data)}\n${page.content}` };
    const messageId = await unlessRefused(post(channelId, called));
    return messageId === undefined ? undefined : { channelId, messageId };
  };
  const inDirectMessages = async (): Promise<Moved | undefined> => {
    const channelId = await unlessRefused(api.openDirectMessages(data.userId));
    if (channelId === undefined) return undefined;
    const messageId = await unlessRefused(post(channelId, page));
    return messageId === undefined ? undefined : { channelId, messageId };
  };

  const here = await inChannel();
  const found = here ?? (await inDirectMessages());
  if (found) {
    const place = { type: "reply", channelId: found.channelId } as const;
    await state.update({ place, answer: { messageIds: [found.messageId], posting: false }, told: "" });
  }
  const farewell: Page = here
    ? { content: words.say(locale, "continuedInChannel", { channel: `<#${here.channelId}>` }) }
    : found
      ? { content: words.say(locale, "continuedByMessage") }
      : sentences.problem({ reason: "interrupted" }, "final", { ...voice, introduced: false });
  await unlessRefused(api.editOriginal(data.interaction, messageBody(farewell)));
  return found !== undefined;
}

/** Whose answer it is that stands alone in a channel; the mention rings nobody's bell (allowed_mentions). */
export function callFor(words: Words, { locale, userId }: RequestData): string {
  return words.say(localeFor(locale), "continuedHere", { member: `<@${userId}>` });
}

interface Moved {
  readonly channelId: string;
  readonly messageId: string;
}
