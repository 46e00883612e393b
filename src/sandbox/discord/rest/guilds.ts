import { refused } from "../api-error.ts";
import type { Guild } from "../entities.ts";
import { changeMember } from "../people.ts";
import { createChannel } from "../places.ts";
import { permission } from "../permissions.ts";
import { channelPayload, guildFields, memberPayload, rolePayload, userPayload } from "../wire.ts";
import { guildOfMember, permissionsInGuild, userNamed } from "../world.ts";
import { botOf, formOf, ok, param, type RestAnswer, type RestRequest, type Route } from "./route.ts";

function guildOf(request: RestRequest): Guild {
  return guildOfMember(request.world, botOf(request).userId, param(request, "guild"));
}

function get(request: RestRequest): RestAnswer {
  const guild = guildOf(request);
  const counts = { approximate_member_count: guild.members.size, approximate_presence_count: 1 };
  return ok({ ...guildFields(guild), ...(request.query.get("with_counts") === "true" && counts) });
}

function channels(request: RestRequest): RestAnswer {
  const guild = guildOf(request);
  const all = [...request.world.channels.values()].filter(
    ({ guildId, thread }) => guildId === guild.id && !thread,
  );
  return ok(all.map((channel) => channelPayload(request.world, channel, botOf(request).userId)));
}

function addChannel(request: RestRequest): RestAnswer {
  const { world } = request;
  const guild = guildOf(request);
  const { userId } = botOf(request);
  const form = formOf(request);
  const name = form.text("name", { required: true, min: 1, max: 100 }) ?? "";
  const type = form.integer("type", { of: [0, 2, 4, 5, 13, 15, 16] }) ?? 0;
  const topic = form.text("topic", { max: 1024 });
  form.check();
  if (!(permissionsInGuild(world, userId, guild) & permission.manageChannels))
    throw refused("missingPermissions");
  const names = {
    0: "text",
    2: "voice",
    4: "category",
    5: "announcement",
    13: "stage",
    15: "forum",
    16: "media",
  } as const;
  const kind = names[type as keyof typeof names];
  const channel = createChannel(world, {
    guildId: guild.id,
    name,
    type: kind,
    ...(topic !== undefined && { topic }),
  });
  return { status: 201, body: channelPayload(world, channel, userId) };
}

function roles(request: RestRequest): RestAnswer {
  return ok([...guildOf(request).roles.values()].map(rolePayload));
}

function member(request: RestRequest): RestAnswer {
  const found = guildOf(request).members.get(param(request, "user"));
  if (!found)
    throw refused(request.world.users.has(param(request, "user")) ? "unknownMember" : "unknownUser");
  return ok(memberPayload(request.world, found));
}

function members(request: RestRequest): RestAnswer {
  const guild = guildOf(request);
  // List Guild Members is bound to the GUILD_MEMBERS switch of the portal.
  if (!botOf(request).privileged.guildMembers) throw refused("missingAccess");
  const limit = Number(request.query.get("limit") ?? "1");
  const after = BigInt(request.query.get("after") ?? "0");
  const page = [...guild.members.values()].filter(({ userId }) => BigInt(userId) > after).slice(0, limit);
  return ok(page.map((one) => memberPayload(request.world, one)));
}

/** Modify Current Member: the bot's own nickname. */
function editOwn(request: RestRequest): RestAnswer {
  const { world } = request;
  const guild = guildOf(request);
  const { userId } = botOf(request);
  const own = guild.members.get(userId);
  if (!own) throw refused("unknownMember");
  const form = formOf(request);
  const nick = form.isNull("nick") ? null : form.text("nick", { max: 32 });
  form.check();
  if (nick !== undefined) {
    if (!(permissionsInGuild(world, userId, guild) & permission.changeNickname))
      throw refused("missingPermissions");
    changeMember(world, guild, own, { nick });
  }
  return ok(memberPayload(world, own));
}

function me(request: RestRequest): RestAnswer {
  return ok({
    ...userPayload(userNamed(request.world, botOf(request).userId)),
    verified: true,
    mfa_enabled: false,
    email: null,
    locale: "en-US",
  });
}

function user(request: RestRequest): RestAnswer {
  return ok(userPayload(userNamed(request.world, param(request, "user"))));
}

function myGuilds(request: RestRequest): RestAnswer {
  const { userId } = botOf(request);
  const own = [...request.world.guilds.values()].filter(({ members }) => members.has(userId));
  return ok(
    own.map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: null,
      banner: null,
      owner: guild.ownerId === userId,
      permissions: permissionsInGuild(request.world, userId, guild).toString(),
      features: [],
    })),
  );
}

export const guildRoutes: readonly Route[] = [
  { method: "GET", path: "/users/@me", answer: me },
  { method: "GET", path: "/users/@me/guilds", answer: myGuilds },
  { method: "GET", path: "/users/:user", answer: user },
  { method: "GET", path: "/guilds/:guild", answer: get },
  { method: "GET", path: "/guilds/:guild/channels", answer: channels },
  { method: "POST", path: "/guilds/:guild/channels", answer: addChannel },
  { method: "GET", path: "/guilds/:guild/roles", answer: roles },
  { method: "GET", path: "/guilds/:guild/members", answer: members },
  { method: "GET", path: "/guilds/:guild/members/:user", answer: member },
  { method: "PATCH", path: "/guilds/:guild/members/@me", answer: editOwn },
];
