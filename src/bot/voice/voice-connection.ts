import {
  type DiscordGatewayAdapterCreator,
  getVoiceConnection,
  joinVoiceChannel,
  type Networking,
  type VoiceConnection,
  VoiceConnectionDisconnectReason,
  VoiceConnectionStatus,
} from "@discordjs/voice";

/** What happens to one connection of the library. */
export interface ConnectionHooks {
  /** It talks to a voice server anew. */
  onNetworking(networking: Networking): void;
  onReady(): void;
  /** The library has executed a transition of the group's keys. */
  onTransitioned(): void;
  /** Discord's main gateway took no message. */
  onGatewayBusy(): void;
  /** The voice server went away; Discord names another one as soon as it has one. */
  onServerGone(): void;
  onDestroyed(): void;
  onError(error: unknown): void;
}

export interface ConnectionOptions {
  readonly guildId: string;
  readonly channelId: string;
  readonly adapterCreator: DiscordGatewayAdapterCreator;
  readonly group: string;
}

/** Whether the bot is in a voice channel of this guild, or on its way. */
export function isInVoice({ guildId, group }: Pick<ConnectionOptions, "guildId" | "group">): boolean {
  const connection = getVoiceConnection(guildId, group);
  return connection !== undefined && connection.state.status !== VoiceConnectionStatus.Destroyed;
}

/** Joins, not deafened and with end-to-end encryption, with nothing left to the library's own receiver. */
export function openConnection(options: ConnectionOptions, hooks: ConnectionHooks): VoiceConnection {
  const connection = joinVoiceChannel({ ...options, selfDeaf: false, selfMute: false, daveEncryption: true });
  // It throws at datagrams of 9 to 11 bytes, ends its streams at the first forged packet (defect E), forgets sequence and
  // timestamp (H) and does not decrypt while it resumes.
  connection.receiver.onUdpMessage = () => undefined;
  let networking: Networking | undefined;
  connection.on("error", (error) => hooks.onError(error));
  connection.on("transitioned", () => hooks.onTransitioned());
  connection.on("stateChange", (before, after) => {
    if ("networking" in after && after.networking !== networking) {
      networking = after.networking;
      hooks.onNetworking(networking);
    }
    if (before.status === VoiceConnectionStatus.Destroyed) return;
    if (after.status === VoiceConnectionStatus.Destroyed) hooks.onDestroyed();
    else if (after.status === VoiceConnectionStatus.Disconnected) {
      if (after.reason === VoiceConnectionDisconnectReason.AdapterUnavailable) hooks.onGatewayBusy();
      if (after.reason === VoiceConnectionDisconnectReason.EndpointRemoved) hooks.onServerGone();
    } else if (after.status === VoiceConnectionStatus.Ready && before.status !== after.status)
      hooks.onReady();
  });
  // Discord's main gateway was busy from the first.
  if (connection.state.status === VoiceConnectionStatus.Disconnected)
    queueMicrotask(() => hooks.onGatewayBusy());
  return connection;
}

const silenceFrame = Buffer.from("f8fffe", "hex");

/** Sends the five frames of silence with which every client ends a sentence: it opens the way for what others say. */
export function sendSilence(connection: VoiceConnection, onFault: (error: unknown) => void): void {
  try {
    for (let frame = 0; frame < 5; frame++) connection.playOpusPacket(silenceFrame);
    connection.setSpeaking(false);
  } catch (error) {
    onFault(error);
  }
}

/** Leaves for good; the library throws where that was done before. */
export function closeConnection(connection: VoiceConnection): void {
  if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
}
