import { once } from "node:events";
import { join } from "node:path";

import type { Words } from "../../explanations/words.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Store } from "../../store/store.ts";
import { createCaptionFeed } from "../../transcription/caption-feed.ts";
import type { OpenCaptions } from "../../transcription/captions.ts";
import { hearsLanguage } from "../../transcription/transcriber.ts";
import { type CaptionConsent, createCaptionConsent, type SessionConsent } from "./caption-consent.ts";
import { announce, type Announcement, isPrivate, takeBack, voicesPlaceOf } from "./caption-announcement.ts";
import { enterVoice } from "./caption-entrance.ts";
import { type CaptionJournal, createCaptionJournals, type SessionRecord } from "./caption-journal.ts";
import { recoverSessions } from "./caption-recovery.ts";
import { areMinutesUsedUp, createCaptionAccounts } from "./caption-account.ts";
import type { CaptionRequest } from "./caption-request.ts";
import { captionLimits, type CaptionLimits } from "./caption-limits.ts";
import { type CaptionSession, createCaptionSession } from "./caption-session.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { GuildFacts } from "../discord/guild-facts.ts";
import type { BotLog } from "../log.ts";
import { markNickname, restoreNickname } from "./nickname.ts";
import type { NoteProblem } from "../answers/problem-notes.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { Observe } from "../observations.ts";
import type { RecognizerFacts } from "../answers/sentences.ts";
import { plainText } from "../answers/safe-text.ts";
import { recognizerSettings } from "../settings/spoken-languages.ts";
import type { Threads } from "../discord/threads.ts";
import type { VoiceAdapters } from "../voice/voice-adapters.ts";
import type { VoiceChannel } from "../voice/voice-channel.ts";
import type { VoicePeople } from "../voice/voice-people.ts";

export type CaptionStart =
  /** `placeId`: where the captions are. */
  | { readonly type: "started" | "already"; readonly placeId: string; readonly voiceChannelId: string }
  /** Another voice channel of the server is being captioned. */
  | { readonly type: "busy"; readonly voiceChannelId: string }
  | { readonly type: "unheard"; readonly language: string; readonly languages: readonly string[] }
  | { readonly type: "cannot-enter" | "cannot-announce" | "cannot-join" | "used-up" }
  /** More people can read the place than may join the voice channel, whose own chat would do. */
  | { readonly type: "too-public"; readonly wouldDo: string };

/** Live captions of all servers: at most one session in each. */
export interface Captioning {
  start(request: CaptionRequest): Promise<CaptionStart>;
  session(guildId: string): CaptionSession | undefined;
  /** Those that run. */
  sessions(): readonly CaptionSession[];
  /** Somebody opted out or in: nothing of theirs is heard from this moment, or all again. */
  decided(memberId: string, optedOut: boolean): void;
  /**
   * Lets count what these people, or all in captioned channels, have decided in another process: the store is asked. Throws
   * StoreError.
   */
  refreshConsent(memberIds?: readonly string[]): Promise<void>;
  /** Somebody joined or left a voice channel; whoever came is heard from their first word. */
  peopleChanged(guildId: string): Promise<void>;
  /** Posts the transcripts of sessions that ended with an earlier process. */
  recover(): Promise<void>;
  /** Ends all sessions. */
  close(): Promise<void>;
}

export interface CaptioningOptions {
  readonly api: DiscordApi;
  readonly store: Pick<Store, "cipher" | "consent" | "settings" | "usage">;
  readonly words: Words;
  readonly log: BotLog;
  readonly observe: Observe;
  readonly noteProblem: NoteProblem;
  readonly dataDir: string;
  readonly recognizer: RecognizerFacts;
  readonly openCaptions: OpenCaptions;
  readonly facts: () => GuildFacts;
  readonly people: VoicePeople;
  readonly adapters: VoiceAdapters;
  readonly threads: Threads;
  /** Takes somebody's words out of what outlives their session. */
  readonly onOptedOut: (memberId: string) => void;
  readonly limits?: Partial<CaptionLimits>;
}

/** Captions between their announcement and their first word. */
interface Opening {
  readonly request: CaptionRequest;
  readonly record: SessionRecord;
  readonly announcement: Announcement;
  readonly settings: Settings;
  readonly ears: SessionConsent;
}

export function createCaptioning(options: CaptioningOptions): Captioning {
  const { api, store, words, log } = options;
  const limits = { ...captionLimits, ...options.limits };
  const journals = createCaptionJournals(join(options.dataDir, "captions"), store.cipher);
  const consent: CaptionConsent = createCaptionConsent({
    consent: store.consent,
    onTrouble: (error) => log.warn(errorCodes(error), "consent could not be looked up"),
  });
  const sessions = new Map<string, CaptionSession | "starting">();
  const accounts = createCaptionAccounts({ usage: store.usage, log, everyMs: limits.countEveryMs });
  const stopping = new AbortController();

  const begin = async (request: CaptionRequest): Promise<CaptionStart> => {
    const { guildId, voiceChannelId, locale } = request;
    if (!options.facts().mayEnter(voiceChannelId)) return { type: "cannot-enter" };
    if (!isPrivate(request, options.facts(), await api.selfId()))
      return { type: "too-public", wouldDo: voiceChannelId };
    const settings = await store.settings.get(guildId, voiceChannelId);
    if (await areMinutesUsedUp({ usage: store.usage, guildId, settings })) return { type: "used-up" };
    const { languages } = options.openCaptions;
    const language = request.language ?? settings.language;
    if (language !== null && !hearsLanguage(languages, language))
      return { type: "unheard", language, languages };
    const optInOnly = settings.captionsOptInOnly;
    const ears = consent.within({ optInOnly });
    const announcement = await announce(request, { ...options, optInOnly });
    if (!announcement) return { type: "cannot-announce" };
    const formerNick = await markNickname(api, guildId, log);
    const { placeId } = announcement;
    const record = { guildId, voiceChannelId, placeId, formerNick, locale, startedAtMs: Date.now() };
    const opening: Opening = { request, record, announcement, settings, ears };
    if (await openSession(opening)) return { type: "started", placeId, voiceChannelId };
    await restoreNickname(api, record, log);
    await takeBack(request, announcement, options);
    return { type: "cannot-join" };
  };

  /** Whether a session runs now; if not, nothing of it is left. */
  const openSession = async (opening: Opening): Promise<boolean> => {
    const { request, record, settings, ears } = opening;
    const { guildId, voiceChannelId, locale } = request;
    const sessionStartMs = performance.now();
    let journal: CaptionJournal | undefined;
    let voice: VoiceChannel | undefined;
    try {
      journal = await journals.begin(record);
      const entrance = { ...options, consent, ears, joinMs: limits.joinMs, signal: stopping.signal };
      voice = await enterVoice(request, entrance);
      if (voice) {
        const recognizer = recognizerSettings(settings, request.language);
        const session = createCaptionSession({
          ...options,
          record,
          locale,
          voice,
          captions: options.openCaptions({ guildId, sessionStartMs, settings: recognizer }),
          journal,
          consent: ears,
          choices: (memberIds) => store.consent.choices(memberIds),
          limits,
          signal: stopping.signal,
          sessionStartMs,
          feed: createCaptionFeed({
            kind: "captions",
            title: plainText(options.facts().name(voiceChannelId) ?? ""),
            locale,
          }),
          voicesPlace: settings.captionsWebhook
            ? voicesPlaceOf(opening.announcement, request, options.facts())
            : undefined,
          onEnded: () => {
            sessions.delete(guildId);
            accounts.close(guildId);
          },
        });
        sessions.set(guildId, session);
        accounts.open(session, settings);
        return true;
      }
    } catch (error) {
      log.error({ guildId, ...errorCodes(error) }, "captions could not begin");
      voice?.leave();
    }
    await journal?.remove();
    return false;
  };

  const running = (): readonly CaptionSession[] =>
    [...sessions.values()].filter((session) => session !== "starting");

  const forget = (memberId: string): void => {
    for (const session of running()) session.forget(memberId);
    options.onOptedOut(memberId);
  };
  const refresh = async (memberIds: readonly string[]): Promise<void> => {
    for (const memberId of await consent.refresh(memberIds)) forget(memberId);
  };

  return {
    async start(request) {
      const { guildId } = request;
      const known = sessions.get(guildId);
      if (known === "starting" || stopping.signal.aborted)
        return { type: "busy", voiceChannelId: request.voiceChannelId };
      if (known) {
        const { voiceChannelId, placeId } = known.record;
        const isSame = voiceChannelId === request.voiceChannelId;
        return isSame ? { type: "already", placeId, voiceChannelId } : { type: "busy", voiceChannelId };
      }
      sessions.set(guildId, "starting");
      try {
        return await begin(request);
      } finally {
        if (sessions.get(guildId) === "starting") sessions.delete(guildId);
      }
    },
    session(guildId) {
      const known = sessions.get(guildId);
      return known === "starting" ? undefined : known;
    },
    sessions: running,
    decided(memberId, optedOut) {
      consent.decided(memberId, optedOut);
      if (optedOut) forget(memberId);
    },
    refreshConsent: (memberIds = presentIn(running(), options.people)) => refresh(memberIds),
    peopleChanged: (guildId) => refresh(presentIn(running(), options.people, guildId)),
    recover: () => recoverSessions({ api, store, words, log, journals }),
    async close() {
      const ended = Promise.all(running().map((session) => session.end("restart")));
      await Promise.race([ended, once(AbortSignal.timeout(limits.leaveMs), "abort")]);
      stopping.abort();
      await accounts.settled();
    },
  };
}

/** Everybody in the voice channels of sessions, or of those in one server. */
function presentIn(
  sessions: readonly CaptionSession[],
  people: VoicePeople,
  guildId?: string,
): readonly string[] {
  return sessions
    .filter(({ record }) => guildId === undefined || record.guildId === guildId)
    .flatMap(({ record }) => people.humansIn(record.guildId, record.voiceChannelId))
    .map(({ memberId }) => memberId);
}
