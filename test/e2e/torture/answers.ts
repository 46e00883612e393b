import type { LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";

/** A note as it was posted. */
export interface PostedNote {
  readonly messageId: string;
  readonly channelId: string;
  readonly words: string;
  readonly postedAtMs: number;
}

/** What a member sees below a note. */
export interface SeenAnswer {
  readonly type: "none" | "right" | "wrong";
  /** For the report of a failure. */
  readonly why: string;
  /** When the last message of a right answer was posted or edited. */
  readonly atMs: number;
}

/** Whether a note is answered exactly once, with all of its words and nothing besides. */
export function answerTo(discord: LocalDiscord, note: PostedNote): SeenAnswer {
  const isOurs = (message: { readonly author: { readonly id: string }; readonly type: number }): boolean =>
    message.author.id === discord.application.botId && message.type !== threadCreated;
  const thread = discord.threadsOf(note.channelId).find(({ id }) => id === note.messageId);
  const inThread = thread ? discord.messages(thread.id).filter(isOurs) : [];
  const replies = discord
    .messages(note.channelId)
    .filter((message) => isOurs(message) && message.message_reference?.["message_id"] === note.messageId);
  const messages = [...inThread, ...replies];
  if (messages.length === 0) return { type: "none", why: "no message", atMs: 0 };
  const said = messages.map(({ content }) => spokenLines(content)).join(" ");
  if (inThread.length > 0 && replies.length > 0) return wrong("in the thread and beside it", said);
  if (thread && inThread.length === 0) return wrong("an empty thread", said);
  if (normal(said) !== normal(note.words)) return wrong(`${messages.length} messages`, said);
  const times = messages.map(({ timestamp, edited_timestamp: edited }) => Date.parse(edited ?? timestamp));
  return { type: "right", why: "", atMs: Math.max(...times) };
}

const threadCreated = 21;

function wrong(why: string, said: string): SeenAnswer {
  return { type: "wrong", why: `${why}: ${said.slice(0, 120)}`, atMs: 0 };
}

function spokenLines(content: string): string {
  return content
    .split("\n")
    .filter((line) => !line.startsWith("-# "))
    .join(" ");
}

function normal(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
