import type { Application } from "./entities.ts";
import { intent } from "./intents.ts";
import { memberPayload } from "./wire.ts";
import type { World } from "./world.ts";

interface Request {
  readonly guild_id?: unknown;
  readonly query?: unknown;
  readonly limit?: unknown;
  readonly user_ids?: unknown;
  readonly nonce?: unknown;
}

/** Op 8: members of a guild by id, by the start of a name, or all of them, which needs the GUILD_MEMBERS intent. */
export function memberChunks(
  world: World,
  application: Application,
  intents: number,
  value: unknown,
): readonly object[] {
  const request = (value ?? {}) as Request;
  const guild = world.guilds.get(String(request.guild_id));
  if (!guild?.members.has(application.botId)) return [];
  const ids = [request.user_ids ?? []].flat().map(String);
  const limit = Number(request.limit ?? 0);
  const wantsAll = request.query === "" && limit === 0;
  if (wantsAll && !(intents & intent.guildMembers)) return [];
  const starts = typeof request.query === "string" ? request.query.toLowerCase() : undefined;
  const found = [...guild.members.values()].filter(({ userId, nick }) => {
    if (ids.length > 0) return ids.includes(userId);
    const names = [nick, world.users.get(userId)?.username];
    return starts !== undefined && names.some((name) => name?.toLowerCase().startsWith(starts));
  });
  const chosen = limit > 0 ? found.slice(0, Math.min(limit, 100)) : found;
  const count = Math.max(1, Math.ceil(chosen.length / 1000));
  return Array.from({ length: count }, (_, index) => ({
    guild_id: guild.id,
    members: chosen.slice(index * 1000, (index + 1) * 1000).map((member) => memberPayload(world, member)),
    chunk_index: index,
    chunk_count: count,
    not_found: ids.filter((id) => !guild.members.has(id)),
    ...(typeof request.nonce === "string" && { nonce: request.nonce }),
  }));
}
