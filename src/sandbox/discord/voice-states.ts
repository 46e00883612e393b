import { randomBytes } from "node:crypto";

import { channelType, type Channel, type Guild, type Id, type VoiceState } from "./entities.ts";
import type { Session } from "./gateway-session.ts";
import { voiceStatePayload } from "./wire.ts";
import { may, type World } from "./world.ts";

/** A voice server to send people to. Without one, VOICE_SERVER_UPDATE says that none is there yet. */
export interface VoiceHost {
  /** "localhost:PORT". */
  readonly endpoint: string;
  /** Whom to let in; returns the token they are to bring. */
  admit(visitor: {
    readonly guildId: Id;
    readonly channelId: Id;
    readonly userId: Id;
    readonly sessionId: string;
  }): string;
}

export interface VoiceChange {
  readonly guildId: Id;
  readonly userId: Id;
  /** Where to; null to leave. */
  readonly channelId: Id | null;
  readonly sessionId?: string;
  readonly selfMute?: boolean;
  readonly selfDeaf?: boolean;
  /** By a moderator. */
  readonly mute?: boolean;
  readonly deaf?: boolean;
}

/** Who is in which voice channel. */
export interface VoiceStates {
  /** Moves somebody, or changes how they are muted; tells the gateway. */
  change(change: VoiceChange): void;
  /** Op 4 of a bot's session. */
  request(session: Session, value: unknown): void;
  /** Where bots are sent from now on. Those already in voice are told at once, as when a server moves. */
  useHost(host: VoiceHost | undefined): void;
}

function changed(world: World, guild: Guild, userId: Id): void {
  const payload = voiceStatePayload(world, guild, userId);
  world.dispatch({ type: "VOICE_STATE_UPDATE", guildId: guild.id, payloadFor: () => payload });
}

function guildNamed(world: World, guildId: Id): Guild {
  const guild = world.guilds.get(guildId);
  if (!guild) throw new Error(`no guild ${guildId}`);
  return guild;
}

const heard = ["selfMute", "selfDeaf", "mute", "deaf"] as const;

function changeState(
  world: World,
  { guildId, userId, channelId, sessionId, ...flags }: VoiceChange,
): VoiceState {
  const guild = guildNamed(world, guildId);
  const known = guild.voiceStates.get(userId);
  const state: VoiceState = {
    userId,
    channelId,
    sessionId: sessionId ?? known?.sessionId ?? randomBytes(16).toString("hex"),
    selfMute: false,
    selfDeaf: false,
    mute: false,
    deaf: false,
  };
  for (const flag of heard) state[flag] = flags[flag] ?? known?.[flag] ?? false;
  guild.voiceStates.set(userId, state);
  changed(world, guild, userId);
  if (channelId === null) guild.voiceStates.delete(userId);
  return state;
}

/** Op 4 as a bot sends it (Discord API, "Update Voice State"). */
interface Asked {
  readonly guild_id?: string;
  readonly channel_id?: string | null;
  readonly self_mute?: boolean;
  readonly self_deaf?: boolean;
}

/** The voice channel asked for, if the bot may enter it. Otherwise Discord says nothing at all. */
function enterable(world: World, guild: Guild, botId: Id, channelId: Id): Channel | undefined {
  const channel = world.channels.get(channelId);
  const isVoice = channel?.type === channelType.voice || channel?.type === channelType.stage;
  const isHere = isVoice && channel.guildId === guild.id;
  return isHere && may(world, botId, channel, "connect") ? channel : undefined;
}

export function createVoiceStates(world: World): VoiceStates {
  let host: VoiceHost | undefined;

  const sendServer = (guild: Guild, { userId, channelId, sessionId }: VoiceState): void => {
    if (channelId === null) return;
    const token = host?.admit({ guildId: guild.id, channelId, userId, sessionId }) ?? "";
    const payload = { token, guild_id: guild.id, endpoint: host?.endpoint ?? null };
    world.dispatch({
      type: "VOICE_SERVER_UPDATE",
      guildId: guild.id,
      onlyFor: userId,
      payloadFor: () => payload,
    });
  };

  return {
    change: (wanted) => {
      changeState(world, wanted);
    },
    request: (session, value) => {
      const asked = (value ?? {}) as Asked;
      const { botId } = session.application;
      const guild = world.guilds.get(asked.guild_id ?? "");
      const known = guild?.voiceStates.get(botId);
      if (!guild?.members.has(botId)) return;
      const flags = { selfMute: asked.self_mute === true, selfDeaf: asked.self_deaf === true };
      const base = { guildId: guild.id, userId: botId, sessionId: session.id, ...flags };
      if (typeof asked.channel_id !== "string") {
        if (known) changeState(world, { ...base, channelId: null });
        return;
      }
      const channel = enterable(world, guild, botId, asked.channel_id);
      if (!channel) return;
      const isSame = known?.selfMute === flags.selfMute && known.selfDeaf === flags.selfDeaf;
      const onlyMutes = known?.channelId === channel.id && !isSame;
      const state = changeState(world, { ...base, channelId: channel.id });
      // Asking again for the same channel is a rejoin, and is sent to a server again.
      if (!onlyMutes) sendServer(guild, state);
    },
    useHost: (next) => {
      host = next;
      for (const guild of world.guilds.values()) {
        for (const state of guild.voiceStates.values()) {
          if (world.users.get(state.userId)?.bot === true) sendServer(guild, state);
        }
      }
    },
  };
}
