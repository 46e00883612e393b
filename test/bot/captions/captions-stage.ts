import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { createSileroDetector } from "../../../src/audio/silero.ts";
import type { BotOptions } from "../../../src/bot/bot-options.ts";
import type { CaptionLimits } from "../../../src/bot/captions/caption-limits.ts";
import type { ScheduledRecognizer } from "../../../src/recognizers/recognizer.ts";
import type { StreamingRecognizer } from "../../../src/recognizers/streaming-recognizer.ts";
import { createSelfSigned } from "../../../src/sandbox/voice/certificate.ts";
import { createTalkChannel, type Talker } from "../../../src/sandbox/voice/talk.ts";
import type { VoiceRoom } from "../../../src/sandbox/voice/voice-room.ts";
import { startVoiceServer, type VoiceServer } from "../../../src/sandbox/voice/voice-server.ts";
import { createCaptions, type OpenCaptions } from "../../../src/transcription/captions.ts";
import type { RecognizerSettings } from "../../../src/transcription/transcriber.ts";
import { type BotStage, setBotStage } from "../bot-stage.ts";

type Seen = Awaited<ReturnType<BotStage["answered"]>>[number];

/** A bot on its stage with a voice channel in its server: real voice gateway, real encryption, people who speak. */
export interface CaptionsStage extends BotStage {
  readonly voice: VoiceServer;
  /** What each session asked of the recognizer. */
  readonly asked: readonly (RecognizerSettings | undefined)[];
  readonly voiceChannelId: string;
  readonly room: VoiceRoom;
  /** Discord moves the call to another voice server, which is given. */
  moveCall(): Promise<VoiceServer>;
  /** Somebody with this name joins the voice channel. */
  enter(name: string, memberId?: string): Promise<Talker>;
  /** Types a command; resolves with the answer. */
  command(name: string, options?: Record<string, string | number>, userId?: string): Promise<string>;
  /** The place of the captions that were started last: the thread on their announcement. */
  placeId(): string;
  /** Everything the bot wrote in the captions' place. */
  written(placeId?: string): readonly Seen[];
  /** Waits until the bot wrote a message that fits. */
  wrote(fits: (message: Seen) => boolean, placeId?: string): Promise<Seen>;
}

export async function setCaptionsStage(
  recognizer: ScheduledRecognizer,
  captionLimits: Partial<CaptionLimits> = {},
  bot: Partial<BotOptions> = {},
  streaming?: StreamingRecognizer,
): Promise<CaptionsStage> {
  const certificate = createSelfSigned();
  const [voice, detector] = await Promise.all([startVoiceServer({ certificate }), createSileroDetector()]);
  const voices = [voice];
  setDefaultCACertificates([...getCACertificates("default"), voice.cert]);
  const asked: (RecognizerSettings | undefined)[] = [];
  const stage = await setBotStage({
    bot: {
      openCaptions: Object.assign(
        ({ guildId, sessionStartMs, settings }: Parameters<OpenCaptions>[0]) => {
          asked.push(settings);
          return createCaptions({ recognizer, streaming, detector, guildId, sessionStartMs });
        },
        { languages: ["en", "zh-CN"] },
      ),
      ...bot,
      captionLimits: { aloneMs: 300, checkMs: 100, writeEveryMs: 200, ...captionLimits },
    },
  });
  const { discord, guildId, channelId, personId } = stage;
  const lounge = createTalkChannel({ discord, voice, guildId, name: "Lounge" });
  const isOurs = ({ author }: Seen): boolean => author.id === discord.application.botId;
  const placeId = (): string => {
    const thread = discord.threadsOf(channelId).at(-1);
    if (!thread) throw new Error("nothing was announced in a thread");
    return thread.id;
  };
  const written = (at = placeId()): readonly Seen[] => discord.messages(at).filter(isOurs);

  const whole: CaptionsStage = Object.assign(stage, {
    voice,
    asked,
    voiceChannelId: lounge.id,
    get room() {
      return lounge.room;
    },
    async moveCall() {
      const next = await startVoiceServer({ certificate });
      voices.push(next);
      lounge.moveTo(next);
      return next;
    },
    async enter(name: string, memberId?: string): Promise<Talker> {
      const id = memberId ?? discord.createUser({ username: name.toLowerCase(), globalName: name }).id;
      if (memberId === undefined) discord.addMember({ guildId, userId: id });
      return lounge.enter(id);
    },
    async command(name: string, options: Record<string, string | number> = {}, userId = personId) {
      const { id } = discord.runCommand({
        channelId,
        userId,
        name,
        options,
      });
      const last = await discord.waitFor(
        () => {
          const { state, replies } = discord.interaction(id);
          if (state === "failed") throw new Error("nobody answered the command");
          const content = replies.at(-1)?.content;
          return content === "" ? undefined : content;
        },
        { what: `an answer to /${name}`, timeoutMs: 30_000 },
      );
      return last;
    },
    placeId,
    written,
    wrote: (fits: (message: Seen) => boolean, at?: string) =>
      discord.waitFor(() => written(at).find(fits), { what: "a caption", timeoutMs: 30_000 }),
  });
  const dispose = stage[Symbol.asyncDispose].bind(stage);
  whole[Symbol.asyncDispose] = async () => {
    await dispose();
    await Promise.all(voices.map((one) => one.close()));
    await detector.close();
  };
  return whole;
}
