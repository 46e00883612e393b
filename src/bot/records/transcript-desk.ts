import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ChannelType,
  type ChatInputCommandInteraction,
  ComponentType,
  PermissionFlagsBits,
} from "discord.js";

import type { Locale } from "../../explanations/explain.ts";
import { localeFor, type Words } from "../../explanations/words.ts";
import type { Store, TranscriptPlace } from "../../store/store.ts";
import type { ComponentInteraction } from "../command.ts";
import { escapeMarkdown, plainText } from "../answers/safe-text.ts";
import {
  mostLookedAt,
  type SearchHit,
  type SearchPage,
  searchTranscripts,
  snippetOf,
  termsOf,
} from "./transcript-search.ts";

/** Finding transcripts again: answers are for who asked alone, and hold only what they may read at that moment. */
export interface TranscriptDesk {
  search(interaction: ChatInputCommandInteraction, wish: SearchWish): Promise<void>;
  /** Somebody pressed a button below a page. */
  use(interaction: ComponentInteraction): Promise<void>;
}

export interface SearchWish {
  readonly text: string;
  readonly speakerId: string | null;
}

/** What all custom ids of search pages begin with. */
export const searchPrefix = "find:";

/** What fits into a custom id of 100 characters beside the place where a page begins. */
export const longestSearch = 35;

const hitsPerPage = 5;
const aroundLength = 60;

type SearchInteraction = ChatInputCommandInteraction | ComponentInteraction;
type Before = SearchPage["next"];

export function createTranscriptDesk(transcripts: Store["transcripts"], words: Words): TranscriptDesk {
  const pageFor = async (
    interaction: SearchInteraction,
    wish: SearchWish,
    before: Before,
  ): Promise<{ readonly content: string; readonly components: Row[] }> => {
    const locale = localeFor(interaction.locale);
    const page = await searchTranscripts(transcripts, {
      text: wish.text,
      speakerId: wish.speakerId,
      query: {
        // Where the bot is no member, nobody can say who may read what.
        guildId: interaction.inCachedGuild() ? interaction.guildId : null,
        readerId: interaction.user.id,
        before,
      },
      mayRead: readerOf(interaction),
      mostHits: hitsPerPage,
    });
    const shown = { words, locale, wish, page, before };
    return { content: contentOf(shown), components: buttonsOf(shown) };
  };

  return {
    async search(interaction, wish) {
      const { content, components } = await pageFor(interaction, wish, undefined);
      await interaction.editReply({ content, components, allowedMentions: { parse: [] } });
    },
    async use(interaction) {
      const asked = readSearchId(interaction.customId);
      if (!asked || !interaction.isButton()) return;
      await interaction.deferUpdate();
      const { content, components } = await pageFor(interaction, asked, asked.before);
      await interaction.editReply({ content, components, allowedMentions: { parse: [] } });
    },
  };
}

const reading = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** Whether who asks may read a channel now. What cannot be told counts as no: private threads, and channels that are gone. */
function readerOf(interaction: SearchInteraction): (place: TranscriptPlace) => boolean {
  if (!interaction.inCachedGuild()) return ({ isPrivate }) => isPrivate;
  const { guild, member, memberPermissions } = interaction;
  // Where the command was used, Discord itself says what they may.
  const known = new Map([[interaction.channelId, memberPermissions.has(reading)]]);
  const knowsRoles = guild.roles.cache.has(guild.id);
  const mayRead = (channelId: string): boolean => {
    const channel = guild.channels.cache.get(channelId);
    if (!channel || !knowsRoles || channel.type === ChannelType.PrivateThread) return false;
    return channel.permissionsFor(member).has(reading);
  };
  return ({ isPrivate, channelId, parentId }) => {
    if (isPrivate) return true;
    // A thread that sleeps is not among the channels; its channel's permissions are its own.
    const at = parentId !== null && !guild.channels.cache.has(channelId) ? parentId : channelId;
    const answer = known.get(at) ?? mayRead(at);
    known.set(at, answer);
    return answer;
  };
}

/** A page of hits, and where it began. */
interface ShownPage {
  readonly words: Words;
  readonly locale: Locale;
  readonly wish: SearchWish;
  readonly page: SearchPage;
  readonly before: Before;
}

function contentOf({ words, locale, wish, page: { hits, next }, before }: ShownPage): string {
  const terms = termsOf(wish.text);
  const title = words.say(locale, before ? "foundMore" : "found", {
    text: `**${escapeMarkdown(plainText(wish.text))}**`,
  });
  const looked =
    hits.length < hitsPerPage && next ? words.say(locale, "searchPart", { count: mostLookedAt }) : "";
  const nothing =
    hits.length === 0 && looked === "" ? words.say(locale, before ? "foundAll" : "foundNothing") : "";
  return [title, ...hits.map((hit) => lineOf(words, locale, hit, terms)), nothing, looked]
    .filter((line) => line !== "")
    .join("\n");
}

function lineOf(words: Words, locale: Locale, { place, text }: SearchHit, terms: readonly string[]): string {
  const { before, match, after } = snippetOf(plainText(text), terms, aroundLength);
  const shown = `${escapeMarkdown(before)}**${escapeMarkdown(match)}**${escapeMarkdown(after)}`;
  const time = `<t:${Math.floor(place.createdAtMs / 1000)}:f>`;
  const about = [time, `<@${place.memberId}>`, linkOf(place) ?? words.say(locale, "foundNoLink")];
  return `- ${shown}\n-# ${about.join(" · ")}${place.isPrivate ? ` · ${words.say(locale, "foundPrivate")}` : ""}`;
}

/** The message, or else the channel; undefined in direct messages of others' apps. */
function linkOf({ guildId, channelId, linkId, linkChannelId }: TranscriptPlace): string | undefined {
  const at = linkChannelId ?? channelId;
  if (at === "") return undefined;
  const message = linkId === null ? "" : `/${linkId}`;
  return `https://discord.com/channels/${guildId ?? "@me"}/${at}${message}`;
}

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

function buttonsOf({ words, locale, wish, page: { next }, before }: ShownPage): Row[] {
  const button = (label: string, from: Before): APIComponentInMessageActionRow => ({
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label,
    custom_id: searchId(wish, from),
  });
  const shown = [
    ...(before ? [button(words.say(locale, "searchNewest"), undefined)] : []),
    ...(next ? [button(words.say(locale, "searchOlder"), next)] : []),
  ];
  return shown.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: shown }];
}

/** Everything a page needs, so that any process can show the next one. */
function searchId({ text, speakerId }: SearchWish, before: Before): string {
  const from = before ? `${before.createdAtMs.toString(36)}.${before.key}` : "";
  return `${searchPrefix}${from}|${speakerId ?? ""}|${text.slice(0, longestSearch)}`;
}

function readSearchId(id: string): (SearchWish & { readonly before: Before }) | undefined {
  const found = /^find:(?:([\da-z]{1,9})\.([\d:]{1,24}))?\|(\d{0,20})\|(.+)$/su.exec(id);
  if (!found) return undefined;
  const [, time, key, speakerId = "", text = ""] = found;
  const before =
    time === undefined || key === undefined ? undefined : { createdAtMs: Number.parseInt(time, 36), key };
  return { text, speakerId: speakerId === "" ? null : speakerId, before };
}
