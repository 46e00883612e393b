import type { Locale } from "../../explanations/explain.ts";
import type { WordKey } from "../../explanations/language.ts";
import type { Words } from "../../explanations/words.ts";
import type { CaptionSession } from "./caption-session.ts";
import { drySentences } from "../voice/voice-watchdog.ts";

/** One line for each stage from the voice channel to the written caption: what it is doing, and where it stops. */
export function captionStatus(
  { state, facts }: Pick<CaptionSession, "state" | "facts">,
  words: Words,
  locale: Locale,
): string {
  const { voice, captions, writer, dry } = facts;
  const { stats } = voice;
  const say = (key: StageWord): string => words.say(locale, key);
  const fine = (count: number): string => `${say("stageFine")} (${count})`;
  const some = (count: number): string => (count > 0 ? fine(count) : say("stageWaiting"));
  const trouble = (code: string): string => words.say(locale, "stageTrouble", { code });
  const connection = connectionWord[voice.state.status];
  const behind = Math.round(captions.behindMs / 1000);
  const failing = captions.behindMs > 10_000 && captions.lastFailure !== undefined;
  const stages: readonly (readonly [StageWord, string])[] = [
    ["stageConnection", state.status === "paused" ? say("stagePaused") : say(connection)],
    ["stageSound", some(stats.packets)],
    ["stageDecryption", dry === "decrypting" ? say("stageNoKeys") : some(stats.heard)],
    ["stageSpeech", some(captions.clips)],
    ["stageRecognizer", failing ? trouble(captions.lastFailure) : some(captions.recognized)],
    ["stageWriting", writer.trouble === undefined ? some(writer.messages) : trouble(writer.trouble)],
  ];
  const lines = stages.map(([key, text]) => `${say(key)}: ${text}`);
  if (behind >= 5) lines[4] += `, ${words.say(locale, "stageBehind", { seconds: behind })}`;
  if (dry) lines.push(words.say(locale, drySentences[dry]));
  return lines.join("\n");
}

/** The stages' names and states that have no values in them. */
type StageWord = Exclude<Extract<WordKey, `stage${string}`>, "stageBehind" | "stageTrouble">;

const connectionWord = {
  joining: "stageConnecting",
  waiting: "stageReconnecting",
  left: "stageReconnecting",
  listening: "stageFine",
  deafened: "stageDeafened",
} as const;
