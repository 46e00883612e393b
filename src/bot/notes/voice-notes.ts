import { setTimeout as delay } from "node:timers/promises";

import { localeFor, type Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { messageBody } from "../answers/answer.ts";
import { voiceNoteIn } from "../discord/attachments.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { Locks } from "../locks.ts";
import type { BotLog } from "../log.ts";
import { areNotesWanted, asksForRoles, settingsAt } from "../settings/house.ts";
import type { ReceivedMessage } from "../discord/message.ts";
import { directTurn, type NoteData, noteKind } from "./note.ts";
import { answerOf } from "./note-record.ts";
import { errorCodes, isRefusal, unlessRefused } from "../discord/refusals.ts";
import type { Removals } from "./removal-job.ts";

/** What the gateway happens to know of a channel; the work goes on without. */
export interface ChannelFacts {
  readonly type: number | null;
  /** Of a thread: the channel it belongs to, whose settings count. */
  readonly parentId: string | null;
  /** Discord's locale of the server. */
  readonly locale: string | null;
}

/** A note that was found afterwards: it comes after those that are new. */
export interface MissedNote {
  /** Whether Discord shows an answer of ours to it; asked where nothing is known of one. */
  isAnswered(): Promise<boolean>;
}

/** Messages as they come and go: voice notes become durable work, deleted ones lose their answer. */
export interface VoiceNotes {
  received(message: ReceivedMessage, channel: ChannelFacts, missed?: MissedNote): Promise<void>;
  deleted(messageIds: readonly string[]): Promise<void>;
}

export interface VoiceNotesOptions {
  readonly api: DiscordApi;
  readonly jobs: Jobs;
  readonly locks: Locks;
  readonly log: BotLog;
  readonly removals: Removals;
  readonly store: Pick<Store, "settings" | "consent" | "once" | "answers" | "cache" | "transcripts">;
  readonly words: Words;
  /** Pauses before trying again to write a note down, in ms. */
  readonly enqueuePausesMs: readonly number[];
}

export function createVoiceNotes(options: VoiceNotesOptions): VoiceNotes {
  const { api, store, jobs, locks, log } = options;

  const isWanted = async (message: ReceivedMessage, { parentId }: ChannelFacts): Promise<boolean> => {
    const { guildId, channelId, authorId } = message;
    const settings = await settingsAt(store.settings, { guildId, channelId, parentId });
    if (await store.consent.isOptedOut(authorId)) return false;
    if (guildId === null || !asksForRoles(settings)) return settings.notes;
    // Who has left the server since has no roles there.
    const member = message.roleIds ? message : await unlessRefused(api.member(guildId, authorId));
    return areNotesWanted(settings, [guildId, ...(member?.roleIds ?? [])]);
  };

  /** A message can come before the gateway has told of its thread, and the settings of the thread's channel count there. */
  const placeOf = async (
    { guildId, channelId }: ReceivedMessage,
    { type }: ChannelFacts,
  ): Promise<Partial<ChannelFacts>> => {
    if (type !== null || guildId === null) return {};
    try {
      return await api.place(channelId);
    } catch (error) {
      log.info({ channelId, ...errorCodes(error) }, "a channel could not be looked up");
      return {};
    }
  };

  const enqueue = async (data: NoteData, missed: MissedNote | undefined): Promise<void> => {
    await locks.run(data.messageId, async () => {
      const known = await store.answers.get(data.messageId);
      // Work that is known and not done has a job, unless that was lost with a damaged database.
      if (known ? known.state !== "working" : await missed?.isAnswered()) return;
      const added = await jobs.enqueue({
        kind: noteKind,
        key: data.messageId,
        data,
        turn: {
          lane: missed ? "file" : "note",
          guildId: data.guildId ?? directTurn,
          memberId: data.source.authorId,
        },
      });
      if (added === "added" && !known) await store.answers.put(answerOf(data, undefined, "working"));
    });
  };

  const received = async (
    message: ReceivedMessage,
    known: ChannelFacts,
    missed: MissedNote | undefined,
  ): Promise<void> => {
    if (!message.fromPerson) return;
    const found = voiceNoteIn(message);
    if (found.type === "none") return;
    const channel = { ...known, ...(await placeOf(message, known)) };
    if (!(await isWanted(message, channel))) return;
    if (found.type === "hidden") return await explainHidden(options, message, channel);
    const { guildId, channelId, id: messageId, authorName } = message;
    const { type: channelType, parentId, locale } = channel;
    const { source } = found;
    const place = { guildId, channelId, parentId, messageId, channelType };
    await enqueue({ source, ...place, authorName, locale }, missed);
  };

  const remove = async (messageId: string): Promise<void> => {
    await store.cache.forgetMessage(messageId);
    const marked = await locks.run(messageId, async () => {
      const answer = await store.answers.get(messageId);
      if (!answer || answer.state === "deleted") return false;
      await store.answers.put({ ...answer, state: "deleted" });
      return true;
    });
    if (marked) await jobs.cancel(noteKind, messageId);
    // Words that a command made of any message go with it.
    await store.transcripts.delete(messageId);
    await options.removals.takeAway(messageId);
  };

  return {
    async received(message, channel, missed) {
      for (const pauseMs of [...options.enqueuePausesMs, undefined]) {
        try {
          return await received(message, channel, missed);
        } catch (error) {
          log.warn({ messageId: message.id, ...errorCodes(error) }, "note could not be taken on");
          if (pauseMs === undefined) throw error;
          await delay(pauseMs);
        }
      }
    },
    async deleted(messageIds) {
      for (const messageId of messageIds) await remove(messageId);
    },
  };
}

/** Discord withholds the file: says once in each channel how to get it transcribed all the same. */
async function explainHidden(
  { api, store, words, log }: VoiceNotesOptions,
  message: ReceivedMessage,
  { locale }: ChannelFacts,
): Promise<void> {
  const key = `content-hidden:${message.channelId}`;
  if (!(await store.once.claim(key))) return;
  try {
    const content = words.say(localeFor(locale), "contentHidden");
    await api.postMessage(message.channelId, messageBody({ content }), {
      message_reference: { message_id: message.id },
    });
  } catch (error) {
    // Where we may not write, asking again with every note would only add up refusals.
    if (!isRefusal(error)) await store.once.release(key);
    log.warn({ channelId: message.channelId, ...errorCodes(error) }, "hidden content could not be explained");
  }
}
