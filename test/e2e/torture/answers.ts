import type { Message } from "../../../src/sandbox/discord/entities.ts";
import type { LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import { timeOfSnowflake } from "../../../src/sandbox/discord/snowflakes.ts";

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
export function answerTo({ world, application }: LocalDiscord, note: PostedNote): SeenAnswer {
  const ours = (channelId: string): Message[] =>
    [...(world.messages.get(channelId)?.values() ?? [])].filter(
      ({ authorId, type }) => authorId === application.botId && type !== threadCreated,
    );
  const hasThread = world.channels.has(note.messageId);
  const inThread = ours(note.messageId);
  const replies = ours(note.channelId).filter(({ reference }) => reference?.messageId === note.messageId);
  const messages = [...inThread, ...replies];
  if (messages.length === 0) return { type: "none", why: "no message", atMs: 0 };
  const said = messages.map(({ content }) => spokenLines(content)).join(" ");
  if (inThread.length > 0 && replies.length > 0) return wrong("in the thread and beside it", said);
  if (hasThread && inThread.length === 0) return wrong("an empty thread", said);
  if (normal(said) !== normal(note.words)) return wrong(`${messages.length} messages`, said);
  const times = messages.map(({ id, editedAtMs }) => editedAtMs ?? timeOfSnowflake(id));
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
