import type { BotStage } from "../bot/bot-stage.ts";

/** A message that answers an interaction. */
export type Reply = ReturnType<BotStage["discord"]["interactionReplies"]>[number];

/** The flag of messages that one person alone sees. */
export const ephemeral = 64;

/** Somebody uploads a file to /transcribe; its bytes are what the script sees. Gives the interaction's id. */
export function upload(
  { discord, personId: userId, channelId }: BotStage,
  says: string,
  options: Record<string, boolean | string> = {},
): string {
  const file = { filename: "talk.mp3", contentType: "audio/mpeg", bytes: Buffer.from(says) };
  return discord.runCommand({ userId, channelId, name: "transcribe", options: { file, ...options } }).id;
}

/** What an interaction shows once it no longer says that it is working. */
export async function answerTo(
  { discord }: BotStage,
  interactionId: string,
  count = 1,
): Promise<readonly Reply[]> {
  return await discord.waitFor(
    () => {
      const replies = discord.interactionReplies(interactionId);
      const isDone =
        replies.length >= count &&
        replies.every(({ content }) => content !== "" && !/^(?:Listening|Fetching)/.test(content));
      return isDone ? replies : undefined;
    },
    { what: "an answer to the interaction" },
  );
}

/** Somebody posts a message with recordings; each one's bytes are what the script sees. Gives the message's id. */
export function postRecordings(
  { discord, personId, channelId }: BotStage,
  files: Readonly<Record<string, string>>,
  where: { readonly channelId?: string; readonly authorId?: string } = {},
): string {
  const attachments = Object.entries(files).map(([filename, says]) => ({
    filename,
    bytes: Buffer.from(says),
  }));
  return discord.postMessage({ channelId, authorId: personId, attachments, ...where }).id;
}

/** Somebody chooses Apps → Transcribe on a message. Gives the interaction's id. */
export function transcribeMenu({ discord, personId, channelId }: BotStage, targetId: string): string {
  return discord.runMenu({ userId: personId, channelId, name: "Transcribe", targetId }).id;
}

/** The files of an answer as text, by name. */
export function attached({ discord }: BotStage, reply: Reply | undefined): Readonly<Record<string, string>> {
  const attachments = (reply?.attachments ?? []) as readonly {
    readonly filename: string;
    readonly url: string;
  }[];
  return Object.fromEntries(
    attachments.map(({ filename, url }) => {
      const file = discord.world.files.get(new URL(url).pathname);
      return [filename, Buffer.from(file?.bytes ?? []).toString()];
    }),
  );
}
