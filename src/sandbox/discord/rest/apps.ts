import type { Application } from "../entities.ts";
import { invalidForm } from "../form.ts";
import { linkTo } from "../cdn-links.ts";
import { userPayload } from "../wire.ts";
import { userNamed, type World } from "../world.ts";
import { botOf, formOf, ok, type RestAnswer, type RestRequest, type Route } from "./route.ts";

/** The switches of the portal as flags: the "limited" ones, for apps in fewer than 100 servers. */
export function applicationFlags({ privileged }: Application): number {
  return (
    (privileged.presences ? 1 << 13 : 0) |
    (privileged.guildMembers ? 1 << 15 : 0) |
    (privileged.messageContent ? 1 << 19 : 0)
  );
}

function applicationPayload(world: World, application: Application): object {
  return {
    id: application.id,
    name: application.name,
    icon: null,
    description: "",
    bot_public: true,
    bot_require_code_grant: false,
    bot: userPayload(userNamed(world, application.botId)),
    verify_key: application.id.padStart(64, "0"),
    flags: applicationFlags(application),
    team: null,
    integration_types_config: { 0: {}, 1: {} },
    approximate_guild_count: [...world.guilds.values()].filter(({ members }) =>
      members.has(application.botId),
    ).length,
    approximate_user_install_count: application.userInstalls.size,
  };
}

function me(request: RestRequest): RestAnswer {
  return ok(applicationPayload(request.world, botOf(request)));
}

function gatewayUrl(world: World): string {
  return `${world.cdn.origin.replace(/^http/, "ws")}/gateway`;
}

function gateway(request: RestRequest): RestAnswer {
  return ok({ url: gatewayUrl(request.world) });
}

function gatewayBot(request: RestRequest): RestAnswer {
  botOf(request);
  return ok({
    url: gatewayUrl(request.world),
    shards: 1,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 },
  });
}

/** Undocumented by Discord: takes links, signed or not, and signs them anew (unofficial API docs, "Refresh Attachment URLs"). */
function refreshLinks(request: RestRequest): RestAnswer {
  const { world } = request;
  const form = formOf(request);
  const urls = form.texts("attachment_urls", { required: true, min: 1, max: 50 }) ?? [];
  form.check();
  const refreshed = urls.map((original, index) => {
    const url = URL.canParse(original) ? new URL(original) : undefined;
    if (url?.origin !== world.cdn.origin || !/^\/(?:ephemeral-)?attachments\//.test(url.pathname)) {
      throw invalidForm(["attachment_urls", index], "URL_TYPE_INVALID", "Not a valid attachment url.");
    }
    return { original, refreshed: world.files.has(url.pathname) ? linkTo(world, url.pathname) : null };
  });
  return ok({ refreshed_urls: refreshed });
}

export const appRoutes: readonly Route[] = [
  { method: "GET", path: "/gateway", auth: "none", answer: gateway },
  { method: "GET", path: "/gateway/bot", answer: gatewayBot },
  { method: "GET", path: "/applications/@me", answer: me },
  { method: "GET", path: "/oauth2/applications/@me", answer: me },
  { method: "POST", path: "/attachments/refresh-urls", answer: refreshLinks },
];
