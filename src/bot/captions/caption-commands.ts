import { type ChatInputCommandInteraction, GuildMember, PermissionFlagsBits } from "discord.js";

import type { Locale } from "../../explanations/explain.ts";
import { localeFor, type Words } from "../../explanations/words.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";
import { mayJoin, mayWrite } from "./audience.ts";
import { createCaptionAuto } from "./caption-auto.ts";
import { captionMessages } from "./caption-lines.ts";
import { type CaptionLinks, linkHours } from "./caption-links.ts";
import type { CaptionSession } from "./caption-session.ts";
import { captionStatus } from "./caption-status.ts";
import { newMinutesAt } from "./caption-account.ts";
import type { Captioning, CaptionStart } from "./captioning.ts";
import type { GuildFacts } from "../discord/guild-facts.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { BotLog } from "../log.ts";
import type { Store } from "../../store/store.ts";
import { isLocal } from "../answers/pages-address.ts";
import { escapeMarkdown, plainText } from "../answers/safe-text.ts";
import { languageName } from "../settings/spoken-languages.ts";
import type { VoicePeople } from "../voice/voice-people.ts";

/** What `/captions` does. Each gives the sentence to answer with. */
export interface CaptionCommands {
  start(interaction: ChatInputCommandInteraction, choice: StartChoice): Promise<string>;
  stop(interaction: ChatInputCommandInteraction): Promise<string>;
  /** Pauses, or goes on. */
  pause(interaction: ChatInputCommandInteraction): Promise<string>;
  status(interaction: ChatInputCommandInteraction): Promise<string>;
  /** Listens for ten seconds; `onBegin` is told what to say meanwhile. */
  test(
    interaction: ChatInputCommandInteraction,
    onBegin: (content: string) => Promise<unknown>,
  ): Promise<string>;
  /** A page with the captions, for the caller alone. */
  link(interaction: ChatInputCommandInteraction): Promise<string>;
  /** 0 people switch it off. */
  auto(interaction: ChatInputCommandInteraction, choice: AutoChoice): Promise<string>;
  /** Somebody joined or left a voice channel, or all who are in one have become known. */
  peopleChanged(guildId: string): Promise<void>;
  /** From now on captions start by themselves, where enough people are present already too; before, channels may not be known. */
  readonly startAuto: () => Promise<void>;
}

export interface StartChoice {
  /** The caller's voice channel unless told. */
  readonly channelId: string | undefined;
  /** The channel the command is used in unless told. */
  readonly where: { readonly id: string; readonly type: number } | undefined;
  readonly language: string | undefined;
}

export interface AutoChoice {
  readonly channelId: string | undefined;
  readonly people: number;
  readonly where: { readonly id: string; readonly type: number } | undefined;
}

export interface CaptionCommandsOptions {
  readonly captioning: Captioning;
  readonly people: VoicePeople;
  readonly facts: () => GuildFacts;
  readonly words: Words;
  readonly marks: Store["marks"];
  readonly log: BotLog;
  readonly links: CaptionLinks;
  /** Where the web pages are, without a slash at the end; undefined where none are served. */
  readonly pagesAddress: () => string | undefined;
  /** How long `/captions test` listens. */
  readonly testMs: number;
}

export function createCaptionCommands(options: CaptionCommandsOptions): CaptionCommands {
  const { captioning, people, words, log, testMs } = options;
  const auto = createCaptionAuto({ ...options, start: (request) => captioning.start(request) });

  /** The caller's own rights count, whatever the bot may do. */
  const may = (
    interaction: ChatInputCommandInteraction,
    channelId: string,
    holds: typeof mayJoin,
  ): boolean => {
    const { guildId, memberPermissions } = interaction;
    if (memberPermissions?.has(PermissionFlagsBits.Administrator)) return true;
    const roles = guildId === null ? undefined : options.facts().roles(guildId);
    const access = options.facts().access(channelId);
    const visitor = { roleIds: roleIdsOf(interaction), memberId: interaction.user.id };
    return roles !== undefined && access !== undefined && holds(roles, access, visitor);
  };
  const mayControl = (interaction: ChatInputCommandInteraction, channelId: string): boolean =>
    may(interaction, channelId, mayJoin);
  const withSession = async (
    interaction: ChatInputCommandInteraction,
    act: (session: CaptionSession, locale: Locale) => Promise<string> | string,
  ): Promise<string> => {
    const locale = localeFor(interaction.locale);
    const session = interaction.guildId === null ? undefined : captioning.session(interaction.guildId);
    if (!session) return words.say(locale, "captionsNone");
    const { voiceChannelId } = session.record;
    if (!mayControl(interaction, voiceChannelId))
      return words.say(locale, "captionsNotYours", { channel: `<#${voiceChannelId}>` });
    return await act(session, locale);
  };

  return {
    startAuto: () => auto.begin(),
    async peopleChanged(guildId) {
      try {
        await Promise.all([captioning.peopleChanged(guildId), auto.peopleChanged(guildId)]);
      } catch (error) {
        log.error({ guildId, ...errorCodes(error) }, "captions could not be told who is there");
      }
    },
    async start(interaction, { channelId, where, language }) {
      const locale = localeFor(interaction.locale);
      const { guildId, user } = interaction;
      if (guildId === null) return words.say(locale, "onlyInServers");
      const voiceChannelId = channelId ?? people.find(guildId, user.id)?.channelId;
      if (voiceChannelId === undefined) return words.say(locale, "captionsNoChannel");
      if (!mayControl(interaction, voiceChannelId))
        return words.say(locale, "captionsNotYours", { channel: `<#${voiceChannelId}>` });
      if (where && !may(interaction, where.id, mayWrite))
        return words.say(locale, "captionsWhereNotYours", { channel: `<#${where.id}>` });
      const place = where ?? { id: interaction.channelId, type: interaction.channel?.type ?? null };
      const outcome = await captioning.start({
        guildId,
        voiceChannelId,
        whereId: place.id,
        whereType: place.type,
        starterName: callerName(interaction),
        locale: localeFor(interaction.guildLocale ?? interaction.locale),
        language,
      });
      log.info({ guildId, outcome: outcome.type }, "captions asked for");
      return startSentence(words, locale, outcome, { voiceChannelId, whereId: place.id });
    },
    stop: (interaction) =>
      withSession(interaction, async (session, locale) => {
        await session.end("stopped");
        return words.say(locale, "captionsStopped", { link: `<#${session.record.placeId}>` });
      }),
    pause: (interaction) =>
      withSession(interaction, async (session, locale) => {
        const pausing = session.state.status !== "paused";
        await session.pause(pausing);
        return words.say(locale, pausing ? "captionsPaused" : "captionsResumed");
      }),
    status: (interaction) =>
      withSession(interaction, (session, locale) => captionStatus(session, words, locale)),
    test: (interaction, onBegin) =>
      withSession(interaction, async (session, locale) => {
        const heard: NamedCaption[] = [];
        const over = AbortSignal.timeout(testMs);
        session.overhear(over, (caption) => heard.push(caption));
        await onBegin(words.say(locale, "captionsTesting"));
        await new Promise((resolve) => over.addEventListener("abort", resolve, { once: true }));
        if (heard.length === 0) return words.say(locale, "captionsTestNothing");
        const [first = ""] = captionMessages([
          { type: "remark", markdown: words.say(locale, "captionsTestHeard") },
          ...heard.flatMap(({ speakerId, speaker, text, confidence }) => [
            { type: "words" as const, speakerId, name: speaker, text },
            { type: "remark" as const, markdown: `-# ${words.score(locale, confidence)}` },
          ]),
        ]);
        return first;
      }),
    link: (interaction) =>
      withSession(interaction, ({ record, feed: source }, locale) => {
        const address = options.pagesAddress();
        if (address === undefined) return words.say(locale, "captionsLinkOff");
        const { guildId, voiceChannelId } = record;
        const token = options.links.make({
          memberId: interaction.user.id,
          audience: { guildId, voiceChannelId },
          source,
        });
        return words.join(
          locale,
          words.say(locale, "captionsLink", {
            channel: `<#${voiceChannelId}>`,
            // Without a preview: Discord would read the page to make one.
            link: `<${address}/captions/${token}>`,
            hours: linkHours,
          }),
          isLocal(address) ? words.say(locale, "captionsLinkLocal") : "",
        );
      }),
    async auto(interaction, { channelId, people: count, where }) {
      const locale = localeFor(interaction.locale);
      const { guildId, memberPermissions } = interaction;
      if (guildId === null) return words.say(locale, "onlyInServers");
      if (!memberPermissions?.has(PermissionFlagsBits.ManageGuild))
        return words.say(locale, "needsManageServer");
      const voiceChannelId = channelId ?? people.find(guildId, interaction.user.id)?.channelId;
      if (voiceChannelId === undefined && count > 0) return words.say(locale, "captionsNoChannel");
      if (voiceChannelId === undefined || count === 0) {
        await auto.set(guildId, undefined);
        return words.say(locale, "captionsAutoOff");
      }
      const place = where ?? { id: interaction.channelId, type: interaction.channel?.type ?? null };
      const wish = { voiceChannelId, people: count, whereId: place.id, whereType: place.type };
      await auto.set(guildId, { ...wish, locale: interaction.guildLocale ?? interaction.locale });
      return words.say(locale, "captionsAutoOn", { channel: `<#${voiceChannelId}>`, count });
    },
  };
}

function startSentence(
  words: Words,
  locale: Locale,
  outcome: CaptionStart,
  { voiceChannelId, whereId }: { readonly voiceChannelId: string; readonly whereId: string },
): string {
  const voice = `<#${voiceChannelId}>`;
  const place = "placeId" in outcome ? `<#${outcome.placeId}>` : "";
  const other = "voiceChannelId" in outcome ? `<#${outcome.voiceChannelId}>` : voice;
  const wouldDo = "wouldDo" in outcome ? `<#${outcome.wouldDo}>` : "";
  const sentences: { readonly [Type in CaptionStart["type"]]: () => string } = {
    started: () => words.say(locale, "captionsStarted", { channel: voice, link: place }),
    already: () => words.say(locale, "captionsAlready", { channel: voice, link: place }),
    busy: () => words.say(locale, "captionsBusy", { channel: other }),
    "too-public": () => words.say(locale, "captionsTooPublic", { channel: `<#${whereId}>`, link: wouldDo }),
    unheard: () => words.say(locale, "captionsLanguageUnheard", spokenIn(locale, outcome)),
    "used-up": () => words.say(locale, "captionsUsedUp", { time: newMinutesAt(Date.now()) }),
    "cannot-enter": () => words.say(locale, "captionsCannotEnter", { channel: voice }),
    "cannot-announce": () => words.say(locale, "captionsCannotAnnounce", { channel: `<#${whereId}>` }),
    "cannot-join": () => words.say(locale, "captionsCannotJoin", { channel: voice }),
  };
  return sentences[outcome.type]();
}

function roleIdsOf({ member }: ChatInputCommandInteraction): readonly string[] {
  const roles = member?.roles ?? [];
  return Array.isArray(roles) ? roles : [...roles.cache.keys()];
}

/** As shown in the server. */
function callerName({ member, user }: ChatInputCommandInteraction): string {
  const nick = member instanceof GuildMember ? member.nickname : member?.nick;
  return nick ?? user.globalName ?? user.username;
}

/** Somebody may have typed anything. */
const longestLanguage = 60;

/** Languages as people call them. */
function spokenIn(
  locale: Locale,
  outcome: CaptionStart,
): { readonly language: string; readonly languages: string } {
  if (outcome.type !== "unheard") return { language: "", languages: "" };
  const names = outcome.languages.map((tag) => languageName(tag, locale));
  const languages = new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
  const asked = plainText(languageName(outcome.language, locale)).slice(0, longestLanguage);
  return { language: escapeMarkdown(asked.toWellFormed()), languages };
}
