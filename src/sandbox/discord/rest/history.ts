import type { Message } from "../entities.ts";
import { invalidForm } from "../form.ts";
import { bySnowflake, isSnowflake } from "../snowflakes.ts";
import { messagePayload } from "../wire-messages.ts";
import { demand, may, messagesIn, type World } from "../world.ts";
import { messageOf, textChannel } from "./message-places.ts";
import { botOf, ok, type RestAnswer, type RestRequest, type Route } from "./route.ts";

function newestFirst(messages: readonly Message[]): readonly Message[] {
  return messages.toReversed();
}

function visibleMessages(world: World, channelId: string): readonly Message[] {
  return [...messagesIn(world, channelId).values()].filter(({ onlyFor }) => onlyFor === undefined);
}

function page(all: readonly Message[], query: URLSearchParams): readonly Message[] {
  const limit = Number(query.get("limit") ?? "50");
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidForm(["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
  }
  for (const name of ["before", "after", "around"]) {
    const given: unknown = query.get(name);
    if (given !== null && !isSnowflake(given) && given !== "0") {
      throw invalidForm([name], "NUMBER_TYPE_COERCE", `Value "${query.get(name)}" is not snowflake.`);
    }
  }
  const [before, after, around] = [query.get("before"), query.get("after"), query.get("around")];
  if (around !== null) {
    const at = all.findIndex(({ id }) => bySnowflake(id, around) >= 0);
    const start = Math.max(0, (at === -1 ? all.length : at) - Math.floor(limit / 2));
    return newestFirst(all.slice(start, start + limit));
  }
  if (after !== null) return newestFirst(all.filter(({ id }) => bySnowflake(id, after) > 0).slice(0, limit));
  const older = before === null ? all : all.filter(({ id }) => bySnowflake(id, before) < 0);
  return newestFirst(older.slice(-limit));
}

function list(request: RestRequest): RestAnswer {
  const { world, query } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  // No error: whoever may not read the history sees an empty one (Discord API, "Get Channel Messages").
  if (!may(world, bot.userId, channel, "readMessageHistory")) return ok([]);
  const all = visibleMessages(world, channel.id);
  return ok(page(all, query).map((message) => messagePayload(world, message, bot)));
}

function get(request: RestRequest): RestAnswer {
  const { world } = request;
  const bot = botOf(request);
  const channel = textChannel(request);
  demand(world, bot.userId, channel, "readMessageHistory");
  return ok(messagePayload(world, messageOf(request, channel), bot));
}

export const historyRoutes: readonly Route[] = [
  { method: "GET", path: "/channels/:channel/messages", answer: list },
  { method: "GET", path: "/channels/:channel/messages/:message", answer: get },
];
