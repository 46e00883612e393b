import { joinSpeech } from "../sandbox/joined-speech.ts";
import type { LocalDiscord } from "../sandbox/discord/local-discord.ts";
import { run } from "../sandbox/program.ts";
import { humanSpeech } from "../sandbox/speech.ts";
import { bytesOf } from "../sandbox/wave.ts";
import { wordsFound } from "./cast.ts";
import type { Screen } from "./screen.ts";

/** Where the scene plays. */
export interface TranscribeScene {
  readonly discord: LocalDiscord;
  readonly channelId: string;
  /** Ids by name. */
  readonly people: ReadonlyMap<string, string>;
  /** How many requests the speech service has had. */
  readonly requests: () => number;
  readonly screen: Screen;
}

/** What came of it. */
export interface TranscribeOutcome {
  /** Share of the spoken words that the subtitles have too. */
  readonly found: number;
  /** Requests that the second asker cost. */
  readonly again: number;
}

const timeoutMs = 180_000;
const cuesShown = 3;
const [first, second] = ["Lin", "Maya"] as const;

/** Somebody has a video transcribed, with subtitles; somebody else asks for the same, and nothing is sent anywhere. */
export async function playTranscribeScene(scene: TranscribeScene): Promise<TranscribeOutcome> {
  const { discord, screen, requests } = scene;
  const prompts = (await humanSpeech({ minWords: 8, maxSeconds: 6 })).filter(
    ({ speaker }) => speaker === "allison",
  );
  const spoken = joinSpeech(prompts.slice(8, 11), { seed: 5, pauseMs: [900, 1500] });
  const video = await encodeVideo(spoken.samples);
  await discord.waitFor(() => discord.application.commands.size > 0, { what: "the bot's commands" });

  screen.message(
    first,
    `/transcribe file: holiday.mp4 (${Math.round(spoken.samples.length / 16_000)} s of video) format: SRT`,
  );
  const answer = await ask(scene, first, video);
  screen.message("Earshot", answer.content);
  const subtitles = answer.files["holiday.srt"] ?? "";
  screen.tell("    holiday.srt, which begins:");
  for (const line of subtitles.split("\n\n").slice(0, cuesShown).join("\n\n").split("\n"))
    screen.tell(`      ${line}`);
  screen.gap();

  const before = requests();
  screen.message(second, "/transcribe file: holiday.mp4 format: SRT");
  screen.message("Earshot", (await ask(scene, second, video)).content);
  const again = requests() - before;
  screen.tell(`    The same recording once more: ${again} requests.`);
  screen.gap();
  const words = subtitles.replaceAll(/^[\d:,]+(?: --> [\d:,]+)?$/gmu, "");
  return { found: wordsFound(spoken.text, words), again };
}

interface SeenAnswer {
  readonly content: string;
  readonly files: Readonly<Record<string, string>>;
}

async function ask(
  { discord, channelId, people }: TranscribeScene,
  name: string,
  bytes: Uint8Array,
): Promise<SeenAnswer> {
  const { id } = discord.runCommand({
    userId: people.get(name) ?? "",
    channelId,
    name: "transcribe",
    options: { file: { filename: "holiday.mp4", contentType: "video/mp4", bytes }, format: "srt" },
  });
  const reply = await discord.waitFor(
    () =>
      discord
        .interactionReplies(id)
        .find(({ content }) => content.includes("\n-# ") && !content.startsWith("Listening")),
    { timeoutMs, what: "the answer to /transcribe" },
  );
  const attachments = reply.attachments.map(({ filename, url }) => {
    const path = new URL(url).pathname;
    return [filename, Buffer.from(discord.world.files.get(path)?.bytes ?? []).toString()] as const;
  });
  return { content: reply.content, files: Object.fromEntries(attachments) };
}

/** A short film: a test picture, and human speech. */
async function encodeVideo(samples: Int16Array): Promise<Uint8Array> {
  const sound = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-"];
  const picture = ["-f", "lavfi", "-i", "testsrc=s=160x90:r=5", "-pix_fmt", "yuv420p"];
  const codecs = ["-c:v", "libx264", "-c:a", "aac", "-shortest"];
  // A pipe cannot be gone back in, so the index comes in pieces.
  const output = ["-movflags", "frag_keyframe+empty_moov", "-f", "mp4", "-"];
  const args = ["-v", "error", ...sound, ...picture, "-map", "0:a", "-map", "1:v", ...codecs, ...output];
  return await run({ command: "ffmpeg", debianPackage: "ffmpeg" }, args, bytesOf(samples));
}
