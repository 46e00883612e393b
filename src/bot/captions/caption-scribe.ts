import { MessageFlags } from "discord.js";

import type { Locale } from "../../explanations/explain.ts";
import type { Words } from "../../explanations/words.ts";
import type { CaptionFeedSource } from "../../transcription/caption-feed.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";
import type { Interim } from "../../transcription/caption-streams.ts";
import type { Caption } from "../../transcription/caption.ts";
import { messageBody, nonceOf } from "../answers/answer.ts";
import type { SessionConsent } from "./caption-consent.ts";
import type { DraftMessages } from "./caption-draft.ts";
import type { CaptionJournal, SessionRecord } from "./caption-journal.ts";
import type { CaptionLimits } from "./caption-limits.ts";
import {
  type CaptionLine,
  type CaptionMessage,
  captionMessages,
  voicedMessages,
  withName,
} from "./caption-lines.ts";
import { type CaptionVoices, createCaptionVoices, type VoicesPlace } from "./caption-voices.ts";
import { createCaptionWriter, type WriterStats } from "./caption-writer.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import type { Observe } from "../observations.ts";
import type { NoteProblem } from "../answers/problem-notes.ts";
import { errorCodes } from "../discord/refusals.ts";
import { plainText } from "../answers/safe-text.ts";
import type { VoicePeople } from "../voice/voice-people.ts";

/** Writes a session's captions into its place and its journal, under the names of those who spoke. */
export interface CaptionScribe {
  readonly stats: WriterStats;
  /** Everything that was said so far, gaps included, but for those who opted out. */
  readonly said: readonly NamedCaption[];
  readonly take: (caption: Caption) => Promise<void>;
  /** What somebody is saying right now, before its words are final. */
  readonly hint: (interim: Interim) => void;
  /** A line of ours; the next one with the same key takes the place of one that is not written yet. */
  readonly remark: (markdown: string, key: string) => void;
  readonly forget: (memberId: string) => void;
  /** The same, in the journal too. */
  readonly forgetWords: (memberId: string) => Promise<void>;
  readonly overhear: (signal: AbortSignal, listener: (caption: NamedCaption) => void) => void;
  readonly settled: () => Promise<void>;
}

export interface CaptionScribeOptions {
  readonly record: SessionRecord;
  readonly locale: Locale;
  readonly journal: CaptionJournal;
  readonly consent: SessionConsent;
  readonly people: VoicePeople;
  readonly api: DiscordApi;
  readonly words: Words;
  readonly log: BotLog;
  readonly observe: Observe;
  readonly noteProblem: NoteProblem;
  readonly limits: CaptionLimits;
  /** By performance.now(). */
  readonly sessionStartMs: number;
  /** Where captions are posted as those who spoke; undefined where the bot writes them under its own name. */
  readonly voicesPlace: VoicesPlace | undefined;
  /** For whoever reads along on a page. */
  readonly feed: CaptionFeedSource;
  /** The process ends: what waits is left to the next one. */
  readonly signal: AbortSignal;
  /** The place takes nothing any more. */
  readonly onRefused: () => void;
}

export function createCaptionScribe(options: CaptionScribeOptions): CaptionScribe {
  const { record, locale, journal, consent, people, api, words, log, limits, feed } = options;
  const { guildId, placeId } = record;
  const listeners = new Set<(caption: NamedCaption) => void>();
  const names = new Map<string, string>();
  let said: NamedCaption[] = [];
  let behindSaidMs = -Infinity;

  const voices = voicesOf(options, () => remark(words.say(locale, "captionsNoWebhook"), "voices"));
  const growing = new Map<string, string>();
  const writer = createCaptionWriter({
    // Those whose words come under their own names cannot be edited into one message.
    draft: voices ? undefined : draftIn(placeId, api),
    everyMs: limits.writeEveryMs,
    log,
    signal: options.signal,
    onRefused: options.onRefused,
    compose: (lines) => composed(lines, voices),
    async post(message, key) {
      if (message.speaker && (await voices?.post(message))) return;
      const content = withName(message);
      const nonce = nonceOf(`captions:${placeId}:${record.startedAtMs}`, Number(key));
      await api.postMessage(placeId, messageBody({ content }, MessageFlags.SuppressNotifications), {
        nonce,
        enforce_nonce: true,
      });
    },
  });
  const remark = (markdown: string, key: string): void =>
    writer.write({ type: "remark", markdown: `-# ${markdown}`, key });

  const nameOf = async (memberId: string): Promise<string> => {
    const known = people.find(guildId, memberId)?.name ?? names.get(memberId);
    if (known !== undefined) return known;
    try {
      const { name } = await api.member(guildId, memberId);
      if (name !== undefined) names.set(memberId, name);
      return name ?? words.say(locale, "someone");
    } catch (error) {
      log.info(errorCodes(error), "a speaker's name is not known");
      return words.say(locale, "someone");
    }
  };

  const showGrowing = (): void => {
    const lines = [...growing].map(([speakerId, text]): CaptionLine => {
      const name = people.find(guildId, speakerId)?.name ?? names.get(speakerId);
      return { type: "words", speakerId, name: name ?? words.say(locale, "someone"), text: `${text} …` };
    });
    writer.growing(lines);
  };
  const grown = (speakerId: string): void => {
    if (growing.delete(speakerId)) showGrowing();
  };

  const take = async (caption: Caption): Promise<void> => {
    const { speakerId } = caption;
    const speaker = await nameOf(speakerId);
    if (!consent.mayHear(speakerId)) return;
    const { gap, ...rest } = caption;
    const seconds = Math.max(1, Math.round((caption.endMs - caption.startMs) / 1000));
    const text = gap ? `[${words.say(locale, "captionsGap", { seconds })}]` : caption.text;
    const named: NamedCaption = { ...rest, speaker, text };
    said.push(named);
    feed.add({ ...named, speaker: plainText(speaker), text: plainText(text) });
    try {
      await journal.append(named);
    } catch (error) {
      log.error(errorCodes(error), "the captions' journal could not be written");
    }
    const code = gap?.code === undefined ? "" : ` (${gap.code})`;
    writer.write({ type: "words", speakerId, name: speaker, text: text + code }, () => {
      const delayMs = performance.now() - options.sessionStartMs - caption.endMs;
      if (!gap) options.observe({ type: "caption", delayMs: Math.max(0, delayMs) });
    });
    grown(speakerId);
    if (gap) options.observe({ type: "caption-gap", reason: gap.reason });
    if (gap && isService(gap.reason)) options.noteProblem(guildId, { reason: gap.reason, code: gap.code });
    if (!gap) for (const listener of listeners) listener(named);
    const behindMs = performance.now() - options.sessionStartMs - caption.endMs;
    if (behindMs < limits.behindMs || performance.now() - behindSaidMs < limits.behindEveryMs) return;
    behindSaidMs = performance.now();
    remark(words.say(locale, "captionsBehind", { seconds: Math.round(behindMs / 1000) }), "behind");
  };

  const forget = (memberId: string): void => {
    grown(memberId);
    writer.forget(memberId);
    said = said.filter(({ speakerId }) => speakerId !== memberId);
    feed.forget(memberId);
  };

  return {
    get stats() {
      return writer.stats;
    },
    get said() {
      return said;
    },
    take,
    hint({ speakerId, text }) {
      if (text === "" || !consent.mayHear(speakerId)) return grown(speakerId);
      growing.set(speakerId, text);
      showGrowing();
    },
    remark,
    forget,
    async forgetWords(memberId) {
      forget(memberId);
      await journal.forget(memberId);
    },
    overhear(signal, listener) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
    async settled() {
      growing.clear();
      showGrowing();
      await writer.settled();
    },
  };
}

function draftIn(placeId: string, api: DiscordApi): DraftMessages {
  return {
    post: async ({ content }) =>
      await api.postMessage(placeId, messageBody({ content }, MessageFlags.SuppressNotifications)),
    edit: async (messageId, message) =>
      await api.editMessage(placeId, messageId, messageBody({ content: withName(message) })),
    remove: async (messageId) => await api.deleteMessage(placeId, messageId),
  };
}

function voicesOf(
  { voicesPlace, api, people, record }: CaptionScribeOptions,
  onNone: () => void,
): CaptionVoices | undefined {
  if (!voicesPlace) return undefined;
  const avatarOf = (memberId: string): string | undefined => people.find(record.guildId, memberId)?.avatarUrl;
  return createCaptionVoices({ api, place: voicesPlace, avatarOf, onNone });
}

/** More messages than that would come late: then many turns share one, in the plain form. */
const mostVoiced = 4;

function composed(
  lines: readonly CaptionLine[],
  voices: CaptionVoices | undefined,
): readonly CaptionMessage[] {
  const voiced = voices?.usable ? voicedMessages(lines) : [];
  if (voiced.length > 0 && voiced.length <= mostVoiced) return voiced;
  return captionMessages(lines).map((content) => ({ content }));
}

type GapReason = NonNullable<Caption["gap"]>["reason"];

/** Whether the operator can do something about it. */
function isService(reason: GapReason): reason is Exclude<GapReason, "stopped" | "overload" | "unheard"> {
  return reason !== "stopped" && reason !== "overload" && reason !== "unheard";
}
