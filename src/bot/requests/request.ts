import type { FileFormat } from "../../transcription/file-formats.ts";
import type { AudioSource } from "../discord/attachments.ts";
import type { InteractionToken } from "../discord/discord-api.ts";

/** Recordings that somebody asked for by a command, whose answer belongs into the interaction. The job's key is the interaction's id. */
export type RequestData = {
  /** One or more, of one message. */
  readonly sources: readonly AudioSource[];
  readonly interaction: InteractionToken;
  /** When the token ends, in epoch ms. */
  readonly expiresAtMs: number;
  readonly isPrivate: boolean;
  readonly userId: string;
  /** Where the bot could write without the interaction; null where it is no member. */
  readonly channelId: string | null;
  /** Once for this key the answer says what is sent where; null where it says so to nobody else. */
  readonly introductionKey: string | null;
  /** Who may read a private thread cannot be told from its channel. Missing in work of earlier versions. */
  readonly inPrivateThread?: boolean;
  /** The place whose settings count for the recognizer; null outside servers. */
  readonly settingsOf: { readonly guildId: string; readonly channelId: string } | null;
  /** What is spoken, as somebody chose it: a BCP-47 tag. */
  readonly language: string | null;
  /** What the words are attached as, besides. */
  readonly format: FileFormat | null;
  /** Discord's locale of whoever reads the answer. */
  readonly locale: string | null;
};

/** The kind of the jobs that hold RequestData. */
export const requestKind = "request";
