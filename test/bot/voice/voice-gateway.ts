import { getCACertificates, setDefaultCACertificates } from "node:tls";

import type { DiscordGatewayAdapterCreator, DiscordGatewayAdapterLibraryMethods } from "@discordjs/voice";

import type { VoiceServer } from "../../../src/sandbox/voice/voice-server.ts";

export const guildId = "1300000000000000001";

/** Discord's main gateway, reduced to what a voice connection needs of it. */
export interface MainGateway {
  readonly adapterCreator: DiscordGatewayAdapterCreator;
  /** Channels asked for by op 4, in their order; null for leaving. */
  readonly asked: (string | null)[];
  /** What it does with op 4: answer, ignore it, or refuse it as a shard does that is not connected. */
  mode: "answers" | "ignores" | "refuses";
  /** Which voice server is named next. */
  server: VoiceServer;
  /** VOICE_SERVER_UPDATE for the channel that the bot is in; "none" says that there is no server for now. */
  offer(server: VoiceServer | "none"): void;
  /** VOICE_STATE_UPDATE */
  state(state: { readonly channelId: string | null; readonly deaf?: boolean }): void;
  /** The shard is gone, and with it all voice connections. */
  lose(): void;
}

type StateUpdate = Parameters<DiscordGatewayAdapterLibraryMethods["onVoiceStateUpdate"]>[0];

export function createMainGateway(first: VoiceServer, userId: string): MainGateway {
  let library: DiscordGatewayAdapterLibraryMethods | undefined;
  let channel = "";
  let sessions = 0;
  let sessionId = "";
  trust(first);

  const gateway: MainGateway = {
    asked: [],
    mode: "answers",
    server: first,
    adapterCreator: (methods) => {
      library = methods;
      return {
        sendPayload(payload: { readonly d: { readonly channel_id: string | null } }) {
          if (gateway.mode === "refuses") return false;
          const { channel_id: channelId } = payload.d;
          gateway.asked.push(channelId);
          if (gateway.mode === "answers") {
            setImmediate(() => {
              if (channelId !== null) sessionId = `session-${userId}-${++sessions}`;
              gateway.state({ channelId });
              if (channelId !== null) gateway.offer(gateway.server);
            });
          }
          return true;
        },
        destroy: () => undefined,
      };
    },
    offer(server) {
      if (server === "none") {
        library?.onVoiceServerUpdate({ token: "", guild_id: guildId, endpoint: null });
        return;
      }
      trust(server);
      gateway.server = server;
      const token = server.admit({ guildId, channelId: channel, userId, sessionId });
      library?.onVoiceServerUpdate({ token, guild_id: guildId, endpoint: server.endpoint });
    },
    state({ channelId, deaf = false }) {
      channel = channelId ?? "";
      library?.onVoiceStateUpdate({
        guild_id: guildId,
        channel_id: channelId,
        user_id: userId,
        session_id: sessionId,
        deaf,
      } as StateUpdate);
    },
    lose: () => library?.destroy(),
  };
  return gateway;
}

function trust(server: VoiceServer): void {
  setDefaultCACertificates([...getCACertificates("default"), server.cert]);
}
