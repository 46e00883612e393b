import type { HearOptions } from "./voice-channel.ts";

type AdapterCreator = HearOptions["adapterCreator"];
type Library = Parameters<AdapterCreator>[0];

/** Connects the voice library with the gateway, whatever discord.js keeps in its caches. */
export interface VoiceAdapters {
  creatorFor(guildId: string): AdapterCreator;
  /** VOICE_STATE_UPDATE; only the bot's own is passed on. */
  state(payload: unknown, selfId: string): void;
  /** VOICE_SERVER_UPDATE */
  server(payload: unknown): void;
}

/** `send` gives a payload to the shard of a server, and says whether it could. */
export function createVoiceAdapters(send: (guildId: string, payload: unknown) => boolean): VoiceAdapters {
  const libraries = new Map<string, Library>();
  return {
    creatorFor: (guildId) => (library) => {
      libraries.set(guildId, library);
      return {
        sendPayload: (payload: unknown) => send(guildId, payload),
        destroy: () => void (libraries.get(guildId) === library && libraries.delete(guildId)),
      };
    },
    state(payload, selfId) {
      if (!isVoiceState(payload) || payload.user_id !== selfId) return;
      libraries.get(payload.guild_id)?.onVoiceStateUpdate(payload);
    },
    server(payload) {
      if (isVoiceServer(payload)) libraries.get(payload.guild_id)?.onVoiceServerUpdate(payload);
    },
  };
}

type VoiceState = Parameters<Library["onVoiceStateUpdate"]>[0] & { readonly guild_id: string };
type VoiceServer = Parameters<Library["onVoiceServerUpdate"]>[0];

function isVoiceState(payload: unknown): payload is VoiceState {
  return hasText(payload, "guild_id") && hasText(payload, "user_id") && hasText(payload, "session_id");
}

function isVoiceServer(payload: unknown): payload is VoiceServer {
  return hasText(payload, "guild_id") && hasText(payload, "token");
}

function hasText(value: unknown, name: string): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    name in value &&
    typeof Reflect.get(value, name) === "string"
  );
}
