import type { LocalDiscord } from "../sandbox/discord/local-discord.ts";
import { joinSpeech } from "../sandbox/joined-speech.ts";
import { opusPackets } from "../sandbox/opus-packets.ts";
import { humanSpeech, type SpokenText } from "../sandbox/speech.ts";
import { createTalkChannel, type Talker } from "../sandbox/voice/talk.ts";
import type { VoiceServer } from "../sandbox/voice/voice-server.ts";
import { encodeVoiceNote } from "../sandbox/voice-note.ts";
import { wordsFound } from "./cast.ts";
import type { Screen } from "./screen.ts";

export interface VoiceSceneOptions {
  readonly discord: LocalDiscord;
  readonly voice: VoiceServer;
  readonly guildId: string;
  /** Where `/captions start` is typed. */
  readonly channelId: string;
  /** Ids of Maya, who starts the captions, and Jonas. */
  readonly people: ReadonlyMap<string, string>;
  readonly screen: Screen;
}

/** Fewer words than this in common with what was said is no caption. */
const enoughWords = 0.4;
const timeoutMs = 60_000;

type Name = "Maya" | "Jonas";
interface Turn {
  readonly name: Name;
  readonly spoken: SpokenText;
  readonly waveform: string;
  /** From the beginning of the talk: one begins while the other still speaks. */
  readonly startMs: number;
}

/** Two people talk in a voice channel, partly at once, and the bot captions them live. Resolves to how many were captioned. */
export async function playVoiceScene(options: VoiceSceneOptions): Promise<{ captioned: number; of: number }> {
  const { discord, screen, channelId } = options;
  const turns = await createTurns();
  const channel = createTalkChannel({ ...options, name: "Talk" });
  const ids = (name: Name): string => options.people.get(name) ?? "";
  const talkers = new Map<Name, Talker>();
  for (const name of ["Maya", "Jonas"] as const) talkers.set(name, channel.enter(ids(name)));
  const maya = talkers.get("Maya");
  const command = async (name: string): Promise<string> =>
    commandAnswer(options, { name, userId: ids("Maya") });

  screen.channel("Talk, a voice channel");
  screen.tell("Maya types /captions start");
  const before = new Set(discord.threadsOf(channelId).map(({ id }) => id));
  await command("captions start");
  const isNew = ({ id }: { readonly id: string }): boolean => !before.has(id);
  const place = await discord.waitFor(() => discord.threadsOf(channelId).find(isNew), {
    timeoutMs,
    what: "captions",
  });
  // A thread has the id of the message that it hangs on.
  const announced = discord.messages(channelId).find(({ id }) => id === place.id)?.content ?? "";
  screen.message("Earshot", announced.replace(`<#${channel.id}>`, "#Talk"));
  await maya?.ready();
  const code = (maya?.privacyCode ?? "").slice(0, 30).replaceAll(/(\d{5})(?=\d)/g, "$1 ");
  screen.tell(`  end-to-end encrypted for everybody, the bot included: privacy code ${code}`);
  screen.gap();

  const print = printer(options, place.id);
  await Promise.all(
    turns.map(async ({ name, spoken, startMs, waveform }) => {
      await new Promise((resolve) => setTimeout(resolve, startMs));
      screen.voiceNote({ author: name, seconds: spoken.samples.length / 16_000, waveform, about: "says" });
      await talkers.get(name)?.speak(spoken);
    }),
  );
  const said = (name: Name): string =>
    turns
      .filter((turn) => turn.name === name)
      .map(({ spoken }) => spoken.text)
      .join(" ");
  const shares = (): number[] =>
    (["Maya", "Jonas"] as const).map((name) => wordsFound(said(name), captionsOf(discord, place.id, name)));
  await discord
    .waitFor(() => shares().every((share) => share >= enoughWords), { timeoutMs, what: "the captions" })
    .catch(() => screen.tell("  (not all captions came)"));
  screen.tell("Maya types /captions stop");
  await command("captions stop");
  const files = await discord.waitFor(() => filesIn(discord, place.id), {
    timeoutMs,
    what: "the transcript",
  });
  print.stop();
  screen.tell(`  ${files.join(", ")}`);
  screen.gap();
  for (const talker of talkers.values()) talker.hangUp();
  return { captioned: shares().filter((share) => share >= enoughWords).length, of: shares().length };
}

/** What people say, encoded before they say it. */
async function createTurns(): Promise<readonly Turn[]> {
  const speech = await humanSpeech({ minWords: 7, maxSeconds: 12 });
  const prompts = speech.filter(({ speaker }) => speaker === "allison");
  const reader = speech.find(({ speaker }) => speaker === "librivox");
  const pick = (words: RegExp): SpokenText[] => prompts.filter(({ text }) => words.test(text)).slice(0, 1);
  const first = joinSpeech([...pick(/only person in this conference/i), ...pick(/did not understand/i)], {
    seed: 5,
    pauseMs: [500, 500],
  });
  const last = joinSpeech([...pick(/next available representative/i)], { seed: 6 });
  if (!reader) throw new Error("Debian's pocketsphinx-testdata holds no reader");
  const readerStartMs = first.samples.length / 16 - 1500;
  const lines = [
    { name: "Maya", spoken: first, startMs: 0 },
    { name: "Jonas", spoken: reader, startMs: readerStartMs },
    { name: "Maya", spoken: last, startMs: readerStartMs + reader.samples.length / 16 - 1000 },
  ] as const;
  return Promise.all(
    lines.map(async (line) => {
      await opusPackets(line.spoken);
      return { ...line, waveform: (await encodeVoiceNote(line.spoken.samples)).waveform };
    }),
  );
}

async function commandAnswer(
  { discord, channelId }: VoiceSceneOptions,
  { name, userId }: { readonly name: string; readonly userId: string },
): Promise<string> {
  const { id } = discord.runCommand({ channelId, userId, name, options: {} });
  return discord.waitFor(
    () => {
      const { state, replies } = discord.interaction(id);
      if (state === "failed") throw new Error(`nobody answered /${name}`);
      const content = replies.at(-1)?.content;
      return content === "" ? undefined : content;
    },
    { timeoutMs, what: `the answer to /${name}` },
  );
}

type Seen = ReturnType<LocalDiscord["messages"]>[number];

function ours(discord: LocalDiscord, placeId: string): readonly Seen[] {
  return discord.messages(placeId).filter(({ author }) => author.id === discord.application.botId);
}

/** Prints each message as it comes. */
function printer({ discord, screen }: VoiceSceneOptions, placeId: string): { stop(): void } {
  const printed = new Set<string>();
  const stop = discord.world.onChange(() => {
    for (const { id, content, attachments } of ours(discord, placeId)) {
      if (printed.has(id) || (content === "" && attachments.length === 0)) continue;
      printed.add(id);
      screen.message("Earshot", content);
      screen.gap();
    }
  });
  return { stop };
}

/** Everything that was written as this person's words. */
function captionsOf(discord: LocalDiscord, placeId: string, name: Name): string {
  const head = `**${name}** `;
  return ours(discord, placeId)
    .flatMap(({ content }) => content.split("\n"))
    .filter((line) => line.startsWith(head))
    .map((line) => line.slice(head.length))
    .join(" ");
}

function filesIn(discord: LocalDiscord, placeId: string): readonly string[] | undefined {
  const end = ours(discord, placeId).find(({ attachments }) => attachments.length > 0);
  const names = end?.attachments.map(({ filename }) => filename);
  return names?.includes("transcript.txt") ? names : undefined;
}
