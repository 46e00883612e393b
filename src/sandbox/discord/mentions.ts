import type { Channel, Id } from "./entities.ts";
import { may, type World } from "./world.ts";

/** The allowed_mentions object; undefined fields were not sent (Discord API, "Allowed Mentions Object"). */
export interface AllowedMentions {
  readonly parse: readonly ("users" | "roles" | "everyone")[] | undefined;
  readonly users: readonly Id[] | undefined;
  readonly roles: readonly Id[] | undefined;
  readonly repliedUser: boolean | undefined;
}

/** Who is named by a message, and so who is pinged. */
export interface Mentions {
  readonly users: readonly Id[];
  readonly roles: readonly Id[];
  readonly everyone: boolean;
}

export interface MentionQuery {
  readonly content: string;
  readonly channel: Channel;
  readonly authorId: Id;
  readonly allowed: AllowedMentions | undefined;
  /** Whose message is replied to. */
  readonly repliedTo: Id | undefined;
}

/** Names inside code spans and blocks ping nobody. */
function withoutCode(content: string): string {
  return content.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, " ");
}

function idsIn(content: string, pattern: RegExp): readonly Id[] {
  return [...new Set([...content.matchAll(pattern)].flatMap(([, id]) => (id === undefined ? [] : [id])))];
}

/** What the content names and the allowed mentions let through. */
export function mentionsOf(world: World, query: MentionQuery): Mentions {
  const { allowed, channel, authorId, repliedTo } = query;
  const content = withoutCode(query.content);
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const mayEveryone = guild !== undefined && may(world, authorId, channel, "mentionEveryone");
  const lets = (kind: "users" | "roles", id: Id): boolean =>
    !allowed || (allowed.parse?.includes(kind) ?? false) || (allowed[kind]?.includes(id) ?? false);
  const users = idsIn(content, /<@!?(\d{17,20})>/g).filter((id) => world.users.has(id) && lets("users", id));
  const roles = idsIn(content, /<@&(\d{17,20})>/g).filter((id) => {
    const role = guild?.roles.get(id);
    return role !== undefined && (role.mentionable || mayEveryone) && lets("roles", id);
  });
  const everyone =
    mayEveryone &&
    /@(?:everyone|here)\b/.test(content) &&
    (!allowed || (allowed.parse?.includes("everyone") ?? false));
  // Without allowed_mentions a reply pings; with it only when replied_user says so.
  const replied =
    repliedTo !== undefined && (allowed ? allowed.repliedUser === true : true) ? [repliedTo] : [];
  return { users: [...new Set([...users, ...replied])], roles, everyone };
}

/** The links of a message for which clients would show a preview: bare ones, unless previews are suppressed. */
export function previewsOf(content: string): readonly string[] {
  return [...withoutCode(content).matchAll(/(<)?(https?:\/\/[^\s<>]+)(>)?/g)].flatMap(
    ([, open, url, close]) => (url === undefined || (open && close) ? [] : [url]),
  );
}
