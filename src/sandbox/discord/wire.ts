import {
  channelType,
  type Channel,
  type Guild,
  type Id,
  type Member,
  type Payload,
  type Role,
  type User,
} from "./entities.ts";
import { timeOfSnowflake } from "./snowflakes.ts";
import type { WireChannel, WireMember, WireUser } from "./wire-types.ts";
import { permissionsIn, type World } from "./world.ts";

/** Milliseconds since 1970 as Discord writes times. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000+00:00");
}

export function userPayload(user: User): WireUser {
  return {
    id: user.id,
    username: user.username,
    discriminator: "0",
    global_name: user.globalName,
    avatar: null,
    bot: user.bot,
    system: false,
    public_flags: 0,
    flags: 0,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
  };
}

/** A guild member; with its user where the surrounding object does not name one already. */
export function memberPayload(world: World, member: Member, withUser = true): WireMember {
  const user = world.users.get(member.userId);
  return {
    ...(withUser && user && { user: userPayload(user) }),
    nick: member.nick,
    avatar: null,
    roles: [...member.roles],
    joined_at: timestamp(member.joinedAtMs),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until:
      member.timedOutUntilMs > world.clock.nowMs() ? timestamp(member.timedOutUntilMs) : null,
  };
}

export function rolePayload(role: Role): Payload {
  return {
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: role.managed,
    mentionable: role.mentionable,
    flags: 0,
  };
}

function threadFields(channel: Channel, viewerId: Id): Payload {
  const { thread } = channel;
  if (!thread) return {};
  const own = thread.members.get(viewerId);
  return {
    owner_id: channel.ownerId,
    message_count: thread.messageCount,
    total_message_sent: thread.totalMessagesSent,
    member_count: Math.min(thread.members.size, 50),
    applied_tags: thread.tags,
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: timestamp(thread.archiveTimestampMs),
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: timestamp(timeOfSnowflake(channel.id)),
      ...(channel.type === channelType.privateThread && { invitable: thread.invitable }),
    },
    ...(own && {
      member: { id: channel.id, user_id: viewerId, join_timestamp: timestamp(own.joinedAtMs), flags: 1 },
    }),
  };
}

function guildChannelFields(channel: Channel): Payload {
  if (channel.thread) return {};
  const voice = channel.type === channelType.voice || channel.type === channelType.stage;
  return {
    position: channel.position,
    topic: channel.topic,
    permission_overwrites: [...channel.overwrites.values()].map((one) => ({
      id: one.id,
      type: one.type === "role" ? 0 : 1,
      allow: one.allow.toString(),
      deny: one.deny.toString(),
    })),
    ...(voice && { bitrate: 64_000, user_limit: 0, rtc_region: null }),
    ...((channel.type === channelType.forum || channel.type === channelType.media) && {
      available_tags: [],
      default_reaction_emoji: null,
      default_sort_order: null,
      default_forum_layout: 0,
    }),
  };
}

/** A channel or thread, as the viewer gets it: a DM without the viewer, a thread with the viewer's membership. */
export function channelPayload(world: World, channel: Channel, viewerId: Id): WireChannel {
  const base = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 };
  if (channel.guildId === undefined) {
    const others = channel.recipients.filter((id) => id !== viewerId);
    return {
      ...base,
      ...(channel.type === channelType.groupDm && { name: channel.name, owner_id: channel.ownerId }),
      recipients: others.flatMap((id) => {
        const user = world.users.get(id);
        return user ? [userPayload(user)] : [];
      }),
    };
  }
  return {
    ...base,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId ?? null,
    rate_limit_per_user: channel.rateLimitSeconds,
    nsfw: false,
    ...guildChannelFields(channel),
    ...threadFields(channel, viewerId),
  };
}

/** GUILD_CREATE: the guild with all the viewer may see of it. */
export function guildPayload(world: World, guild: Guild, viewerId: Id): Payload {
  const channels = [...world.channels.values()].filter((channel) => channel.guildId === guild.id);
  const visible = channels.filter((channel) => permissionsIn(world, viewerId, channel) !== 0n);
  const shown = (channel: Channel): WireChannel => channelPayload(world, channel, viewerId);
  return {
    ...guildFields(guild),
    joined_at: timestamp(guild.members.get(viewerId)?.joinedAtMs ?? world.clock.nowMs()),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [...guild.voiceStates.values()].map((one) => voiceStatePayload(world, guild, one.userId)),
    members: [...guild.members.values()].map((member) => memberPayload(world, member)),
    // Channels are listed even where the bot may not look: Discord leaves the hiding to the client.
    channels: channels.filter((channel) => !channel.thread).map(shown),
    threads: visible.filter((channel) => channel.thread?.archived === false).map(shown),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** A guild as GET /guilds/{id} shows it. */
export function guildFields(guild: Guild): Payload {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: guild.ownerId,
    region: null,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [...guild.roles.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    max_members: 500_000,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: guild.locale,
    nsfw_level: 0,
    nsfw: false,
    premium_progress_bar_enabled: false,
    hub_type: null,
    incidents_data: null,
  };
}

/** Where somebody is in voice; channel_id null for somebody who left. */
export function voiceStatePayload(world: World, guild: Guild, userId: Id): Payload {
  const state = guild.voiceStates.get(userId);
  const member = guild.members.get(userId);
  return {
    guild_id: guild.id,
    channel_id: state?.channelId ?? null,
    user_id: userId,
    ...(member && { member: memberPayload(world, member) }),
    session_id: state?.sessionId ?? "",
    deaf: state?.deaf ?? false,
    mute: state?.mute ?? false,
    self_deaf: state?.selfDeaf ?? false,
    self_mute: state?.selfMute ?? false,
    self_video: false,
    suppress: false,
    request_to_speak_timestamp: null,
  };
}
