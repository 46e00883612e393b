import type { IncomingMessage, ServerResponse } from "node:http";

import { ApiError, refused } from "../api-error.ts";
import type { Application } from "../entities.ts";
import { sendFault } from "../fault-answers.ts";
import type { Faults } from "../faults.ts";
import { readBody, type RequestBody } from "../http-body.ts";
import type { Journal, JournalEntry } from "../journal.ts";
import { limitHeaders, throttled, type Limiter, type LimitTable } from "../limits.ts";
import type { World } from "../world.ts";
import type { RestAnswer, Route } from "./route.ts";
import { createRouter, type FoundRoute, type Router } from "./router.ts";

export interface RestServerOptions {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly limits: () => LimitTable;
  readonly faults: Faults;
  readonly journal: Journal;
}

/** Answers everything below /api. */
export interface RestServer {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

interface Ending {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object | undefined;
}

/** Snowflake parameters that are none are refused before the route sees them. */
const idParams = ["channel", "message", "guild", "user", "application", "command", "interaction", "webhook"];

function checkIds(params: Readonly<Record<string, string>>): void {
  for (const name of idParams) {
    const value = params[name];
    if (value === undefined || /^\d{17,20}$/.test(value) || (name === "message" && value === "@original"))
      continue;
    const issue = { code: "NUMBER_TYPE_COERCE", message: `Value "${value.slice(0, 32)}" is not snowflake.` };
    throw new ApiError(400, 50_035, "Invalid Form Body", { [`${name}_id`]: { _errors: [issue] } });
  }
}

function authenticated(world: World, header: string | undefined): Application | undefined {
  const token = /^Bot (\S+)$/.exec(header ?? "")?.[1];
  return [...world.applications.values()].find((one) => one.token === token);
}

/** The bucket of a request: its route and top-level resource (Discord API, "Rate Limits"). */
function bucketOf({ route, params }: FoundRoute): string {
  const major = params["channel"] ?? params["guild"] ?? `${params["webhook"]}/${params["token"]}`;
  return `${route.method} ${route.path} ${major}`;
}

interface Counting {
  readonly limiter: Limiter;
  readonly table: LimitTable;
  readonly nowMs: number;
}

/** Counts the request; the headers it is answered with, and the 429 where it is one too many. */
function count(
  found: FoundRoute,
  application: Application | undefined,
  { limiter, table, nowMs }: Counting,
): { readonly headers: Record<string, string>; readonly refusal?: Ending } {
  const name = `${found.route.method} ${found.route.path}`;
  if (application) {
    const global = limiter.take(`global ${application.id}`, table.global);
    if (!global.allowed) {
      const { headers, body } = throttled(global.resetAtMs - nowMs, "global");
      return { headers, refusal: { status: 429, headers, body } };
    }
  }
  const standing = limiter.take(`${application?.id} ${bucketOf(found)}`, table.routes[name] ?? table.other);
  const headers = limitHeaders(name, standing, nowMs);
  if (standing.allowed) return { headers };
  const answer = throttled(standing.resetAtMs - nowMs, "user");
  return { headers, refusal: { status: 429, headers: { ...headers, ...answer.headers }, body: answer.body } };
}

function send(response: ServerResponse, { status, headers, body }: Ending): void {
  if (response.destroyed) return;
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text !== "" && { "content-type": "application/json" }),
    ...(status !== 204 && { "content-length": Buffer.byteLength(text) }),
  });
  response.end(text);
}

/** What a thrown error is answered with; anything unforeseen is a 500, as it would be there. */
function endingOf(error: unknown): Ending {
  if (!(error instanceof ApiError))
    return { status: 500, body: { message: `500: Internal Server Error (${String(error)})`, code: 0 } };
  if (error.status !== 429) return { status: error.status, body: error.body };
  const { headers, body } = throttled(error.waitMs, "user", error.code);
  return { status: 429, headers, body: { ...body, message: error.message } };
}

function lookUp(router: Router, method: string, path: string): FoundRoute {
  const found = router.find(method, path);
  if (found === "no such path") throw refused("notFound");
  if (found === "no such method") throw refused("methodNotAllowed");
  return found;
}

export function createRestServer({ world, routes, limits, faults, journal }: RestServerOptions): RestServer {
  const router = createRouter(routes);
  const { limiter } = world;

  const run = (
    found: FoundRoute,
    request: IncomingMessage,
    { body, query }: { readonly body: RequestBody; readonly query: URLSearchParams },
  ): { readonly headers: Record<string, string>; readonly answer: () => RestAnswer | Ending } => {
    const application =
      found.route.auth === "none" ? undefined : authenticated(world, request.headers.authorization);
    if (found.route.auth !== "none" && !application) throw refused("unauthorized");
    const { headers, refusal } = count(found, application, {
      limiter,
      table: limits(),
      nowMs: world.clock.nowMs(),
    });
    if (refusal) return { headers, answer: () => refusal };
    const asked = { world, method: found.route.method, params: found.params, query, body, application };
    return {
      headers,
      answer: () => {
        checkIds(found.params);
        return found.route.answer(asked);
      },
    };
  };

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    { path, url, entry }: { readonly path: string; readonly url: URL; readonly entry: JournalEntry },
  ): Promise<Ending | undefined> => {
    const fault = faults.take(entry.method, path);
    if (fault && !fault.afterwards) {
      await sendFault(fault, request, response);
      if (fault.kind !== "delay") return undefined;
    }
    let headers: Record<string, string> = {};
    let ending: Ending;
    try {
      const found = lookUp(router, entry.method, path);
      const body = await readBody(request);
      const prepared = run(found, request, { body, query: url.searchParams });
      ({ headers } = prepared);
      ending = prepared.answer();
    } catch (error) {
      ending = endingOf(error);
    }
    if (fault?.afterwards) {
      await sendFault(fault, request, response);
      if (fault.kind !== "delay") return undefined;
    }
    return { ...ending, headers: { ...headers, ...ending.headers } };
  };

  return {
    handle: async (request, response, url) => {
      const version = /^\/api(?:\/v(\d+))?(\/.*)$/.exec(url.pathname);
      const path = version?.[2] ?? "/";
      const method = request.method ?? "GET";
      const found = router.find(method, path);
      const route = typeof found === "string" ? undefined : found.route.path;
      const entry = journal.open({ surface: "rest", method, path, route, atMs: world.clock.nowMs() });
      response.once("close", () => {
        entry.status = response.headersSent ? response.statusCode : -1;
        world.changed();
      });
      if (version?.[1] !== undefined && version[1] !== "9" && version[1] !== "10") {
        send(response, endingOf(refused("invalidApiVersion")));
        return;
      }
      const ending = await answer(request, response, { path, url, entry });
      if (!ending) return;
      const { code }: { readonly code?: number } = ending.body ?? {};
      entry.code = ending.status >= 400 ? code : undefined;
      send(response, ending);
    },
  };
}
