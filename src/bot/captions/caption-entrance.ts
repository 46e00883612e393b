import type { CaptionConsent, SessionConsent } from "./caption-consent.ts";
import type { CaptionRequest } from "./caption-request.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { BotLog } from "../log.ts";
import type { VoiceAdapters } from "../voice/voice-adapters.ts";
import { hear, type VoiceChannel } from "../voice/voice-channel.ts";
import type { VoicePeople } from "../voice/voice-people.ts";

export interface EntranceOptions {
  readonly api: Pick<DiscordApi, "selfId">;
  readonly people: VoicePeople;
  readonly adapters: VoiceAdapters;
  readonly consent: CaptionConsent;
  readonly ears: SessionConsent;
  readonly log: BotLog;
  readonly joinMs: number;
  readonly signal: AbortSignal;
}

/** Joins a voice channel to listen there to whoever may be heard; undefined where that takes longer than `joinMs`. */
export async function enterVoice(
  { guildId, voiceChannelId }: CaptionRequest,
  options: EntranceOptions,
): Promise<VoiceChannel | undefined> {
  const { api, people, ears } = options;
  // Whoever is there already is heard from their first word.
  await options.consent.refresh(people.humansIn(guildId, voiceChannelId).map(({ memberId }) => memberId));
  const voice = hear({
    guildId,
    channelId: voiceChannelId,
    adapterCreator: options.adapters.creatorFor(guildId),
    selfUserId: await api.selfId(),
    isOptedOut: (memberId) => people.find(guildId, memberId)?.isBot === true || !ears.mayHear(memberId),
    signal: options.signal,
    log: options.log,
  });
  const tooLate = AbortSignal.timeout(options.joinMs);
  const gaveUp = new Promise<undefined>((resolve) => {
    tooLate.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const arrived = await Promise.race([voice.arrived(), gaveUp]);
  if (arrived?.status === "listening" || arrived?.status === "deafened") return voice;
  voice.leave();
  return undefined;
}
