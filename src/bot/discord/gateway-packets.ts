import { GatewayDispatchEvents } from "discord.js";

/** What discord.js keeps servers, channels and permissions by, and makes interactions from. */
const forClient: ReadonlySet<unknown> = new Set<GatewayDispatchEvents>([
  GatewayDispatchEvents.Ready,
  GatewayDispatchEvents.InteractionCreate,
  GatewayDispatchEvents.GuildCreate,
  GatewayDispatchEvents.GuildUpdate,
  GatewayDispatchEvents.GuildDelete,
  GatewayDispatchEvents.GuildRoleCreate,
  GatewayDispatchEvents.GuildRoleUpdate,
  GatewayDispatchEvents.GuildRoleDelete,
  GatewayDispatchEvents.ChannelCreate,
  GatewayDispatchEvents.ChannelUpdate,
  GatewayDispatchEvents.ChannelDelete,
  GatewayDispatchEvents.ThreadCreate,
  GatewayDispatchEvents.ThreadUpdate,
  GatewayDispatchEvents.ThreadDelete,
  GatewayDispatchEvents.ThreadListSync,
]);

/**
 * discord.js builds objects from every packet, and what it does not expect in one throws where no handler of ours can catch it and
 * ends the process. So it gets only what we use it for (messages are read raw), and interactions with the fields it never checks for.
 */
export function narrow(packet: { t?: unknown; d?: Record<string, unknown> }): void {
  if (!forClient.has(packet.t)) packet.t = "";
  if (packet.t === GatewayDispatchEvents.ThreadListSync && packet.d) {
    packet.d["threads"] ??= [];
    packet.d["members"] ??= [];
  }
  if (packet.t !== GatewayDispatchEvents.InteractionCreate) return;
  if (!packet.d || !isWhole(packet.d)) {
    packet.t = "";
    return;
  }
  packet.d["entitlements"] ??= [];
  packet.d["authorizing_integration_owners"] ??= {};
  packet.d["channel"] ??= { id: packet.d["channel_id"] };
}

/** An interaction that somebody is behind, and that says what it is about. */
function isWhole({ member, user, data }: Record<string, unknown>): boolean {
  const caller: unknown = user ?? (isObject(member) ? member["user"] : undefined);
  return isObject(caller) && typeof caller["id"] === "string" && isObject(data);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
