import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { createCdn } from "./cdn.ts";
import { createClock, type Clock } from "./clock.ts";
import type { Application } from "./entities.ts";
import { createFaults, type Fault } from "./faults.ts";
import { createForeignOrigin, type ForeignOrigin } from "./foreign-origin.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createHumans, type Humans } from "./humans.ts";
import { createJournal, type JournalEntry } from "./journal.ts";
import { observedLimits, type LimitTable } from "./limits.ts";
import { createPlaces, type Places } from "./place-calls.ts";
import { createApplication } from "./places.ts";
import { appRoutes } from "./rest/apps.ts";
import { channelRoutes } from "./rest/channels.ts";
import { guildRoutes } from "./rest/guilds.ts";
import { messageRoutes } from "./rest/messages.ts";
import { reactionRoutes } from "./rest/reactions.ts";
import { createRestServer } from "./rest/rest-server.ts";
import { threadRoutes } from "./rest/threads.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";
import { createWorld, type World } from "./world.ts";

export interface LocalDiscordOptions {
  /** 0 picks one. */
  readonly port?: number;
  readonly host?: string;
  /** The first app; more by `createApplication`. */
  readonly application?: {
    readonly name?: string;
    readonly token?: string;
    readonly messageContent?: boolean;
  };
  /** Replaces parts of the observed limits. */
  readonly limits?: Partial<LimitTable>;
  /** How long a CDN link lives; a day unless given. */
  readonly linkLifetimeMs?: number;
  readonly heartbeatIntervalMs?: number;
  readonly maxGatewaySendsPerMinute?: number;
  readonly activeThreadLimit?: number;
}

/** A Discord of one's own, on loopback. */
export interface LocalDiscord extends Humans, Places {
  /** http://127.0.0.1:PORT, also the CDN's origin. */
  readonly origin: string;
  /** What DISCORD_API_URL takes. */
  readonly apiUrl: string;
  /** The app made at start, with its bot's id and token. */
  readonly application: Application;
  readonly world: World;
  readonly clock: Clock;
  readonly gateway: Omit<Gateway, "upgrade" | "close">;
  readonly foreign: ForeignOrigin;
  readonly journal: readonly JournalEntry[];
  failNext(fault: Fault): void;
  clearFaults(): void;
  setLimits(limits: Partial<LimitTable>): void;
  waitFor<T>(look: () => T | undefined | null | false, options?: WaitOptions): Promise<T>;
  close(): Promise<void>;
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function shut(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

/** Starts REST, gateway and CDN on one port, and a second origin for redirects. */
export async function startLocalDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  const { port = 0, host = "127.0.0.1" } = options;
  const clock = createClock();
  const world = createWorld({
    clock,
    linkLifetimeMs: options.linkLifetimeMs ?? 24 * 3_600_000,
    activeThreadLimit: options.activeThreadLimit ?? 1000,
  });
  const journal = createJournal();
  const faults = createFaults();
  let limits: LimitTable = { ...observedLimits, ...options.limits };
  const routes = [
    ...appRoutes,
    ...channelRoutes,
    ...guildRoutes,
    ...messageRoutes,
    ...reactionRoutes,
    ...threadRoutes,
  ];
  const rest = createRestServer({ world, routes, limits: () => limits, faults, journal });
  const cdn = createCdn({ world, faults, journal });
  const gateway = createGateway({
    world,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    maxSendsPerMinute: options.maxGatewaySendsPerMinute ?? 120,
    voiceStateUpdate: () => undefined,
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", world.cdn.origin);
    if (url.pathname.startsWith("/api/")) return rest.handle(request, response, url);
    if (/^\/(?:ephemeral-)?attachments\//.test(url.pathname)) return cdn.handle(request, response, url);
    response.writeHead(404).end();
    return undefined;
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url ?? "/", world.cdn.origin);
    if (url.pathname.replace(/\/$/, "") === "/gateway") gateway.upgrade(request, socket, head, url);
    else socket.destroy();
  });
  world.cdn.origin = await listen(server, port, host);
  const foreign = await createForeignOrigin({ world, journal, host });
  const { name = "Earshot", ...rights } = options.application ?? {};
  const application = createApplication(world, { name, ...rights });

  return {
    ...createHumans(world),
    ...createPlaces(world),
    origin: world.cdn.origin,
    apiUrl: `${world.cdn.origin}/api`,
    application,
    world,
    clock,
    gateway,
    foreign,
    journal: journal.entries,
    failNext: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    setLimits: (changed) => {
      limits = { ...limits, ...changed };
    },
    waitFor: (look, waiting) => waitFor(world, look, waiting),
    close: async () => {
      gateway.close();
      await Promise.all([shut(server), foreign.close()]);
    },
  };
}
