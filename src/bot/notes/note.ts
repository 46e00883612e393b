import type { AudioSource } from "../discord/attachments.ts";

/** A voice note that waits for its answer: all that is needed to give it, whichever process does. The job's key is the message's id. */
export type NoteData = {
  readonly source: AudioSource;
  readonly guildId: string | null;
  readonly channelId: string;
  readonly messageId: string;
  /** Of a thread: the channel it belongs to, whose settings count. Missing in work of earlier versions. */
  readonly parentId?: string | null;
  /** What the gateway knew of the channel, or null. */
  readonly channelType: number | null;
  /** As shown in this server. Never logged. */
  readonly authorName: string;
  /** Discord's locale of the server, or null. */
  readonly locale: string | null;
};

/** The kind of the jobs that hold NoteData. */
export const noteKind = "note";

/** Stands for the server in turns where there is none: direct messages take turns as one server does. */
export const directTurn = "dm";
