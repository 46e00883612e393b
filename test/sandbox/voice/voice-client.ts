import { once } from "node:events";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { EndBehaviorType, entersState, joinVoiceChannel, VoiceConnectionStatus } from "@discordjs/voice";
import type { DiscordGatewayAdapterLibraryMethods, VoiceConnection } from "@discordjs/voice";

import type { VoiceServer } from "../../../src/sandbox/voice/voice-server.ts";

/** The unmodified @discordjs/voice, with a main gateway reduced to the two messages it needs. */
export interface VoiceClient {
  readonly userId: string;
  readonly connection: VoiceConnection;
  /** Opus packets of a member, as they come. */
  heardFrom(memberId: string): Buffer[];
  errors: Error[];
  /** Tells the client of another voice server, as a region change does. */
  moveTo(server: VoiceServer): void;
}

const guildId = "1300000000000000001";

export async function joinWith(
  server: VoiceServer,
  {
    channelId,
    userId,
    withinMs = 10_000,
  }: { readonly channelId: string; readonly userId: string; readonly withinMs?: number },
): Promise<VoiceClient> {
  setDefaultCACertificates([...getCACertificates("default"), server.cert]);
  const sessionId = `session-${userId}`;
  let methods: DiscordGatewayAdapterLibraryMethods | undefined;
  const offer = (to: VoiceServer): void => {
    const token = to.admit({ guildId, channelId, userId, sessionId });
    methods?.onVoiceServerUpdate({ token, guild_id: guildId, endpoint: to.endpoint });
  };
  const connection = joinVoiceChannel({
    guildId,
    channelId,
    selfDeaf: false,
    group: userId,
    adapterCreator: (library) => {
      methods = library;
      return {
        sendPayload: (payload: { op: number; d: { channel_id: string | null } }) => {
          if (payload.d.channel_id === null) return true;
          setImmediate(() => {
            library.onVoiceStateUpdate({
              guild_id: guildId,
              channel_id: channelId,
              user_id: userId,
              session_id: sessionId,
            } as Parameters<typeof library.onVoiceStateUpdate>[0]);
            offer(server);
          });
          return true;
        },
        destroy: () => undefined,
      };
    },
  });
  const errors: Error[] = [];
  connection.on("error", (error) => errors.push(error));
  try {
    await entersState(connection, VoiceConnectionStatus.Ready, withinMs);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    userId,
    connection,
    errors,
    heardFrom(memberId) {
      const packets: Buffer[] = [];
      const stream = connection.receiver.subscribe(memberId, { end: { behavior: EndBehaviorType.Manual } });
      stream.on("data", (packet: Buffer) => packets.push(packet));
      stream.on("error", (error) => errors.push(error));
      return packets;
    },
    moveTo(next) {
      setDefaultCACertificates([...getCACertificates("default"), next.cert]);
      offer(next);
    },
  };
}

/** Resolves when the client's group is the one whose privacy code is given. */
export async function sharesCode(client: VoiceClient, code: () => string | null): Promise<void> {
  while (!client.connection.voicePrivacyCode || client.connection.voicePrivacyCode !== code()) {
    await once(client.connection, "transitioned", { signal: AbortSignal.timeout(10_000) });
  }
}

/** Packets that are all different and look like 20 ms of Opus. */
export function numberedPackets(count: number, from = 0): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const packet = Buffer.alloc(40, 0x5a);
    packet.writeUInt8(0x78, 0);
    packet.writeUInt32BE(from + index, 4);
    return packet;
  });
}
