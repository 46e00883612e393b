import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { LocalSisOptions } from "../../src/sandbox/sis/local-sis.ts";
import { createTalkChannel, type TalkChannel, type Talker } from "../../src/sandbox/voice/talk.ts";
import { startVoiceServer, type VoiceServer } from "../../src/sandbox/voice/voice-server.ts";
import { type RunningProcess, setStage, type Stage } from "./bot-process.ts";

type Seen = ReturnType<Stage["discord"]["messages"]>[number];

/** A stage with a voice channel: the bot is a process of its own and hears over real TLS, UDP and end-to-end encryption. */
export interface TalkStage extends Stage {
  readonly voice: VoiceServer;
  readonly channel: TalkChannel;
  /** Starts the bot and waits until it takes commands. */
  startReadyBot(env?: Record<string, string>): Promise<RunningProcess>;
  /** Somebody with this name joins the voice channel; "Maya" is there already and owns the server. */
  enter(name: string): Talker;
  /** Maya types a command; resolves to the answer. */
  command(name: string, options?: Record<string, string | number>): Promise<string>;
  /** Threads with captions, the oldest first. */
  places(): readonly string[];
  /** What the bot wrote in one of them, the last unless told. */
  written(placeId?: string): readonly Seen[];
  /** Waits until the bot wrote a message that fits. */
  wrote(fits: (message: Seen) => boolean, placeId?: string): Promise<Seen>;
  /** Downloads one of a session's files. */
  file(message: Seen, name: string): Promise<string>;
}

export async function setTalkStage(options: { readonly sis?: LocalSisOptions } = {}): Promise<TalkStage> {
  const [stage, voice] = await Promise.all([setStage(options), startVoiceServer()]);
  const { discord, guildId, channelId, authorId } = stage;
  const certificate = join(stage.dataDir, "voice-server.pem");
  await writeFile(certificate, voice.cert);
  const channel = createTalkChannel({ discord, voice, guildId, name: "Talk" });
  const places = (): readonly string[] => discord.threadsOf(channelId).map(({ id }) => id);
  const written = (placeId = places().at(-1) ?? ""): readonly Seen[] =>
    discord.messages(placeId).filter(({ author, type }) => author.bot && type === 0);

  const whole: TalkStage = Object.assign(stage, {
    voice,
    channel,
    async startReadyBot(env: Record<string, string> = {}) {
      const bot = await stage.startBot({ NODE_EXTRA_CA_CERTS: certificate, ...env });
      await bot.printed('"event":"ready"');
      return bot;
    },
    enter(name: string) {
      if (name === "Maya") return channel.enter(authorId);
      const { id } = discord.createUser({ username: name.toLowerCase(), globalName: name });
      discord.addMember({ guildId, userId: id });
      return channel.enter(id);
    },
    async command(name: string, chosen: Record<string, string | number> = {}) {
      const { id } = discord.runCommand({ channelId, userId: authorId, name, options: chosen });
      return discord.waitFor(
        () => {
          const { state, replies } = discord.interaction(id);
          if (state === "failed") throw new Error(`nobody answered /${name}`);
          const content = replies.at(-1)?.content;
          return content === "" ? undefined : content;
        },
        { timeoutMs: 30_000, what: `an answer to /${name}` },
      );
    },
    places,
    written,
    wrote: (fits: (message: Seen) => boolean, placeId?: string) =>
      discord.waitFor(() => written(placeId).find(fits), { timeoutMs: 60_000, what: "a caption" }),
    async file(message: Seen, name: string) {
      const url = message.attachments.find(({ filename }) => filename === name)?.url;
      return await (await fetch(url ?? "")).text();
    },
  });
  const dispose = stage[Symbol.asyncDispose].bind(stage);
  whole[Symbol.asyncDispose] = async () => {
    await dispose();
    await voice.close();
  };
  return whole;
}
