import { MessageFlags } from "discord.js";

import type { ReceivedFile, ReceivedMessage } from "./message.ts";

/** Where a message is. */
export type MessagePlace = { readonly channelId: string; readonly messageId: string };

/** A recording and where it came from, as work items keep it. */
export type AudioSource = {
  /** Who posted it, and decides whether it may be transcribed. */
  readonly authorId: string;
  readonly file: ReceivedFile;
  /** The message it hangs on; null for the upload of a command. */
  readonly message: MessagePlace | null;
  /** The message that was forwarded; it tells whose voice it is, where it can be read. */
  readonly original: MessagePlace | null;
};

/** What a message means to somebody who looks for recordings. */
export type FoundAudio =
  | { readonly type: "audio"; readonly source: AudioSource }
  /** Flagged as a voice note, but Discord does not show its file (no Message Content intent). */
  | { readonly type: "hidden" }
  | { readonly type: "none" };

/** The voice note of a message or of the message it forwards, by the flag alone. */
export function voiceNoteIn(message: ReceivedMessage): FoundAudio {
  if (isVoiceNote(message.flags)) {
    const [file] = message.files;
    return file ? { type: "audio", source: sourceOf(message, file, false) } : { type: "hidden" };
  }
  const [file] = message.forwarded.find(({ flags }) => isVoiceNote(flags))?.files ?? [];
  return file ? { type: "audio", source: sourceOf(message, file, true) } : { type: "none" };
}

/** What somebody who asked finds in a message. */
export type FoundRecordings =
  | { readonly type: "audio"; readonly sources: readonly AudioSource[] }
  | Exclude<FoundAudio, { readonly type: "audio" }>;

/**
 * Every file that may be a recording, for somebody who asked: by content type, which may be missing, or by name. Its own come
 * before those it forwards. The bytes decide later.
 */
export function recordingsIn(message: ReceivedMessage): FoundRecordings {
  const note = voiceNoteIn(message);
  if (note.type === "audio") return { type: "audio", sources: [note.source] };
  if (note.type === "hidden") return note;
  const own = message.files.filter(mayBeAudio).map((file) => sourceOf(message, file, false));
  const forwarded = message.forwarded
    .flatMap(({ files }) => files)
    .filter(mayBeAudio)
    .map((file) => sourceOf(message, file, true));
  const sources = [...own, ...forwarded];
  return sources.length > 0 ? { type: "audio", sources } : { type: "none" };
}

/** The same file as it is in a freshly fetched message, with a new address; undefined if it is no longer there. */
export function sameFileIn(message: ReceivedMessage, fileId: string): ReceivedFile | undefined {
  const all = [...message.files, ...message.forwarded.flatMap(({ files }) => files)];
  return all.find((file) => file.id === fileId);
}

function isVoiceNote(flags: number): boolean {
  return (flags & MessageFlags.IsVoiceMessage) !== 0;
}

const audioType = /^(?:(?:audio|video)\/|application\/ogg\b)/i;
const audioName =
  /\.(?:3gp|aac|aif[fc]?|amr|asf|avi|caf|flac|m4[abv]|mk[av]|mov|mp[234]|mpe?g|mpga|oga|ogg|ogv|opus|wav|webm|wma|wmv)$/i;

function mayBeAudio(file: ReceivedFile): boolean {
  return audioType.test(file.contentType) || audioName.test(file.name);
}

function sourceOf(message: ReceivedMessage, file: ReceivedFile, forwarded: boolean): AudioSource {
  const { channelId, id: messageId, authorId, reference } = message;
  return {
    authorId,
    file,
    message: { channelId, messageId },
    original:
      forwarded && reference?.type === "forward"
        ? { channelId: reference.channelId, messageId: reference.messageId }
        : null,
  };
}
