import type { Interactions } from "../interactions.ts";
import { appRoutes } from "./apps.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { guildRoutes } from "./guilds.ts";
import { historyRoutes } from "./history.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { pinRoutes } from "./pins.ts";
import { reactionRoutes } from "./reactions.ts";
import type { Route } from "./route.ts";
import { threadRoutes } from "./threads.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route below /api/v10. */
export function allRoutes(interactions: Interactions): readonly Route[] {
  return [
    ...appRoutes,
    ...channelRoutes,
    ...commandRoutes,
    ...guildRoutes,
    ...historyRoutes,
    ...interactionRoutes(interactions),
    ...messageRoutes,
    ...pinRoutes,
    ...reactionRoutes,
    ...threadRoutes,
    ...webhookRoutes(interactions),
  ];
}
