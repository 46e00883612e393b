import type { Kysely } from "kysely";

import type { TranscriptCache } from "./cache.ts";
import type { Cipher } from "./cipher.ts";
import type { Requests } from "./requests.ts";
import type { MemberData } from "./member-data.ts";
import type { Database } from "./schema.ts";
import type { Settings } from "./setting-kinds.ts";
import type { Problems } from "./problems.ts";
import type { Usage } from "./usage.ts";

/** Settings to be changed; undefined takes one away. */
export type SettingsChange = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

/** What was posted as the answer to a message, as it grows. Kept so that no note is answered twice and deletions find all of it. */
export interface Answer {
  /** The message that holds the audio. */
  readonly messageId: string;
  readonly guildId: string | null;
  readonly channelId: string;
  readonly authorId: string;
  /** Where the answer is: a thread of ours, a thread that was there, or the channel itself. */
  readonly place: { readonly channelId: string; readonly ownThread: boolean } | null;
  /** The bot's own messages, in order. */
  readonly messageIds: readonly string[];
  readonly state: "working" | "answered" | "failed" | "deleted";
}

/** Whose words are kept, and who may read them. */
export interface TranscriptPlace {
  /** The message that held the audio, or the interaction that asked for it. */
  readonly key: string;
  readonly guildId: string | null;
  /** Where the audio was, or was asked for. */
  readonly channelId: string;
  /** Of a thread: its channel, whose permissions count. */
  readonly parentId: string | null;
  /** Who was heard. */
  readonly memberId: string;
  /** Who asked for it by a command. */
  readonly askerId: string | null;
  /** Whether only who asked may read it; otherwise it is whoever may read the channel. */
  readonly isPrivate: boolean;
  /** The message to jump to, if there is one, and where that is. */
  readonly linkId: string | null;
  readonly linkChannelId: string | null;
  readonly createdAtMs: number;
}

/** The words of one recording, kept for as long as the retention says. */
export interface StoredTranscript extends TranscriptPlace {
  readonly text: string;
  /** The whole transcript as JSON text: segments, confidence, recognizer. */
  readonly details: string;
}

/** A transcript whose words have not been looked at yet. */
export interface FoundTranscript extends TranscriptPlace {
  /** Decrypts. Throws StoreError. */
  words(): string;
}

/** A page of transcripts from new to old. */
export interface TranscriptQuery {
  /** Null asks for those that are private to the reader, wherever they were made. */
  readonly guildId: string | null;
  /** Private ones of others are left out; whether the reader may see a channel is for the caller to check. */
  readonly readerId: string;
  /** The last one of the page before. */
  readonly before?: Pick<TranscriptPlace, "createdAtMs" | "key"> | undefined;
  readonly limit: number;
}

/** How far a guild, or a channel of direct messages, was read: no message up to this one was missed. */
export interface SeenMark {
  /** The guild's id, or that of the channel of direct messages. */
  readonly placeId: string;
  readonly isDirect: boolean;
  readonly messageId: string;
}

/** What a sweep deleted, in rows. */
export interface SweepResult {
  readonly transcripts: number;
  readonly answers: number;
  /** Marks of finished jobs. */
  readonly jobs: number;
}

/** Set when the database was found damaged: it was moved to `recoveredFrom`, and `rowsKept` rows could still be read and were taken over. */
export interface Recovery {
  readonly recoveredFrom: string;
  readonly rowsKept: number;
  /** False when a part of the old file could not be read. */
  readonly complete: boolean;
}

/** What a member said to being transcribed. */
export type ConsentChoice = "in" | "out";

/** The one database of a bot: settings, consent, answers. Jobs use tables of their own in the same file. Every call throws StoreError. */
export interface Store {
  readonly settings: {
    /** Whether voice notes are transcribed by themselves: the channel's word, else the guild's, else on. */
    notesEnabled(guildId: string, channelId: string): Promise<boolean>;
    /** `channelId` null sets the whole guild. */
    setNotes(guildId: string, channelId: string | null, on: boolean): Promise<void>;
    /** What holds in a channel (null: in the guild): the channel's own, else the guild's, else the default. */
    get(guildId: string, channelId: string | null): Promise<Settings>;
    /** What was set for exactly this channel, or for the guild itself. */
    own(guildId: string, channelId: string | null): Promise<Partial<Settings>>;
    /** The channels of a guild that have settings of their own. */
    channels(guildId: string): Promise<readonly string[]>;
    /** Sets what is named, all or nothing; undefined takes a setting away. Throws RangeError for what is no value of a setting. */
    set(guildId: string, channelId: string | null, change: SettingsChange): Promise<void>;
  };
  readonly consent: {
    isOptedOut(memberId: string): Promise<boolean>;
    /** What they said last; undefined where they never said anything. */
    choice(memberId: string): Promise<ConsentChoice | undefined>;
    /** The same of many at once; who never said anything is left out. */
    choices(memberIds: readonly string[]): Promise<ReadonlyMap<string, ConsentChoice>>;
    /** False is an opt-in: a yes that is kept, too. */
    setOptedOut(memberId: string, optedOut: boolean): Promise<void>;
  };
  /** Things said once: true for the first caller of a key, false ever after. `release` takes a claim back when saying it failed. */
  readonly once: {
    claim(key: string): Promise<boolean>;
    release(key: string): Promise<void>;
  };
  readonly answers: {
    get(messageId: string): Promise<Answer | undefined>;
    /** Replaces what was kept for the same message, but for its state where that is "deleted". */
    put(answer: Answer): Promise<void>;
    /** Answers to a member's recordings, the newest first. */
    byAuthor(authorId: string, limit: number): Promise<readonly Omit<Answer, "authorId">[]>;
  };
  readonly cache: TranscriptCache;
  readonly requests: Requests;
  /** Small values of the bot itself, as the hash of the registered commands. */
  readonly marks: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
  };
  /** Where reading goes on after an outage. */
  readonly seen: {
    /** Every mark, in no order. */
    all(): Promise<readonly SeenMark[]>;
    /** Replaces the marks of these places, all or none. */
    put(marks: readonly SeenMark[]): Promise<void>;
  };
  readonly transcripts: {
    /** Replaces what was kept under the same key. */
    put(transcript: StoredTranscript): Promise<void>;
    get(key: string): Promise<StoredTranscript | undefined>;
    /** All transcripts of a message, however they were asked for. True when there was one. */
    delete(messageId: string): Promise<boolean>;
    /** What a member said, and what was transcribed for them alone, the newest first. */
    byMember(memberId: string, limit: number): Promise<readonly StoredTranscript[]>;
    page(query: TranscriptQuery): Promise<readonly FoundTranscript[]>;
  };
  readonly usage: Usage;
  readonly problems: Problems;
  /**
   * Deletes what is older than `retentionDays`; 0 keeps no words at all. Ids without words (finished answers and jobs)
   * stay for at least two days, because they are what keeps a note from being answered twice after an outage.
   */
  sweep(options: { readonly retentionDays: number }): Promise<SweepResult>;
  /** Everything that is kept of a member, to be given to them: at most 20,000 of each kind, the newest. */
  memberData(memberId: string): Promise<MemberData>;
  /** Deletes a member's transcripts and finished answers, and takes their name off what was used. The opt-out stays. */
  deleteMember(memberId: string): Promise<SweepResult>;
  readonly recovery: Recovery | undefined;
  /** What words and tokens are stored with, here and by rooms that keep their own. */
  readonly cipher: Cipher;
  /** The tables themselves, for rooms that keep their own: jobs. */
  readonly database: Kysely<Database>;
  readonly dataDir: string;
  close(): Promise<void>;
}
