import { ChannelType, InteractionContextType } from "discord.js";

import type { Explain } from "../explanations/explain.ts";
import { localeFor, type Words } from "../explanations/words.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Store } from "../store/store.ts";
import { transcriptFile } from "../transcription/file-formats.ts";
import { readTranscript } from "../transcription/read-transcript.ts";
import type { CaptionCommands } from "./captions/caption-commands.ts";
import type { CommandBot, TranscribeInteraction } from "./command.ts";
import type { DiscordApi } from "./discord/discord-api.ts";
import type { PageFile } from "./answers/answer.ts";
import type { KeptRequests } from "./requests/kept-requests.ts";
import { directTurn } from "./notes/note.ts";
import { recordingAt, recordingOf } from "./requests/recording-lookup.ts";
import { type RequestData, requestKind } from "./requests/request.ts";
import type { Desk } from "./requests/desk.ts";
import type { RecordingPage } from "./recording-page.ts";
import type { StatusReport } from "./records/status-report.ts";
import type { RunningWork } from "./answers/running-work.ts";

export interface CommandBotOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "settings" | "consent" | "cache">;
  readonly jobs: Jobs;
  readonly kept: KeptRequests;
  readonly words: Words;
  readonly explain: Explain;
  readonly running: RunningWork;
  readonly captions: CaptionCommands;
  readonly languages: readonly string[];
  readonly captionLanguages: readonly string[];
  readonly status: StatusReport;
  readonly recordingPage: RecordingPage;
  readonly desk: Desk;
  /** Told of everybody's choice, before it is answered. */
  readonly optedOut: (memberId: string, isOut: boolean) => Promise<void>;
}

/** How long Discord lets an interaction be answered. */
const tokenLifeMs = 15 * 60_000;

/** The bot as commands see it. */
export function createCommandBot({
  api,
  store,
  jobs,
  kept,
  words,
  explain,
  running,
  captions,
  languages,
  captionLanguages,
  status,
  recordingPage,
  desk,
  optedOut: decided,
}: CommandBotOptions): CommandBot {
  return {
    words,
    explain,
    settings: store.settings,
    desk,
    captions,
    languages,
    captionLanguages,
    status,
    recordingPage,
    localeOf,
    recordingOf,
    recordingAt: async (interaction, reference) => await recordingAt(api, interaction, reference),
    async setOptedOut(memberId, optedOut) {
      const before = await store.consent.choice(memberId);
      if (before === (optedOut ? "out" : "in")) return false;
      await store.consent.setOptedOut(memberId, optedOut);
      if (optedOut) running.stop(memberId);
      await decided(memberId, optedOut);
      if (optedOut) await store.cache.forgetMember(memberId);
      return optedOut || before === "out";
    },
    async savedFiles(key, format) {
      const request = await kept.get(key);
      const files: PageFile[] = [];
      for (const [index, cached] of (request?.keys ?? []).entries()) {
        const details = cached === null ? undefined : await store.cache.get(cached);
        const transcript = details === undefined ? undefined : readTranscript(details);
        const name = request?.data.sources[index]?.file.name ?? "";
        if (transcript && transcript.text !== "") files.push(transcriptFile(name, transcript, format));
      }
      return files.length > 0 ? files : undefined;
    },
    async askedFor(key) {
      const request = await kept.get(key);
      if (!request || request.data.sources.length === 0) return undefined;
      const { sources, format, language } = request.data;
      return { sources, format: format ?? undefined, language: language ?? undefined };
    },
    cancelRequest: async (key) => (await jobs.cancel(requestKind, key)) === "cancelled",
    async transcribe(interaction, { sources, language = null, format = null }) {
      const { guildId, user } = interaction;
      const data: RequestData = {
        sources,
        interaction: { applicationId: interaction.applicationId, token: interaction.token },
        expiresAtMs: Date.now() + tokenLifeMs,
        isPrivate: isPrivate(interaction),
        userId: user.id,
        channelId: isMemberThere(interaction) ? interaction.channelId : null,
        introductionKey: introductionKey(interaction),
        inPrivateThread: interaction.channel?.type === ChannelType.PrivateThread,
        settingsOf: guildId === null ? null : { guildId, channelId: settingsChannel(interaction) },
        language,
        format,
        locale: readerLocale(interaction),
      };
      await kept.put(interaction.id, { version: 1, data, keys: [], answer: null });
      await jobs.enqueue({
        kind: requestKind,
        key: interaction.id,
        data,
        turn: { lane: "interactive", guildId: guildId ?? directTurn, memberId: user.id },
      });
    },
  };
}

function isPrivate(interaction: TranscribeInteraction): boolean {
  return interaction.ephemeral ?? false;
}

/** Whether the bot itself is where the command was used, and not just its user's app. */
function isMemberThere({ authorizingIntegrationOwners, context }: TranscribeInteraction): boolean {
  const { guildId, userId } = authorizingIntegrationOwners;
  if (context === InteractionContextType.PrivateChannel) return false;
  return guildId !== null || userId === null || context === InteractionContextType.BotDM;
}

/** A thread goes by the settings of its channel. */
function settingsChannel({ channel, channelId }: TranscribeInteraction): string {
  return (channel?.isThread() ? channel.parentId : null) ?? channelId;
}

function introductionKey(interaction: TranscribeInteraction): string | null {
  if (isPrivate(interaction) || !isMemberThere(interaction)) return null;
  return `introduction:${interaction.guildId ?? interaction.channelId}`;
}

function readerLocale(interaction: TranscribeInteraction): string {
  return isPrivate(interaction) ? interaction.locale : (interaction.guildLocale ?? interaction.locale);
}

function localeOf(interaction: TranscribeInteraction): ReturnType<typeof localeFor> {
  return localeFor(readerLocale(interaction));
}
