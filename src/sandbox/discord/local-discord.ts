import { createCdn } from "./cdn.ts";
import { createClock, type Clock } from "./clock.ts";
import { controlCalls } from "./control-calls.ts";
import { createControl } from "./control.ts";
import type { Application } from "./entities.ts";
import { createFaults, type Fault } from "./faults.ts";
import { startForeignOrigin, type ForeignOrigin } from "./foreign-origin.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { startHttpServer, type Surface } from "./http-server.ts";
import { createHumans, type Humans } from "./humans.ts";
import { createInteractionCalls, type InteractionCalls } from "./interaction-calls.ts";
import { createInteractions } from "./interactions.ts";
import { createJournal, type JournalEntry } from "./journal.ts";
import { observedLimits, type LimitTable } from "./limits.ts";
import { createPlaces, type Places } from "./place-calls.ts";
import { createApplication, type NewApplication } from "./people.ts";
import { createRestServer } from "./rest/rest-server.ts";
import { allRoutes } from "./rest/routes.ts";
import { createVoiceStates, type VoiceStates } from "./voice-states.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";
import { createWorld, type World } from "./world.ts";

export interface LocalDiscordOptions {
  /** 0 picks one. */
  readonly port?: number;
  readonly host?: string;
  /** The port of the foreign origin; 0 picks one. */
  readonly foreignPort?: number;
  /** The first app; more by `createApplication`. */
  readonly application?: Partial<NewApplication>;
  /** Replaces parts of the observed limits. */
  readonly limits?: Partial<LimitTable>;
  /** How long a CDN link lives; a day unless given. */
  readonly linkLifetimeMs?: number;
  readonly heartbeatIntervalMs?: number;
  readonly maxGatewaySendsPerMinute?: number;
  readonly activeThreadLimit?: number;
  /** How long an app has to acknowledge an interaction: 3 s unless given. */
  readonly ackWindowMs?: number;
  /** How long an interaction's token lives: 15 minutes unless given. */
  readonly tokenLifetimeMs?: number;
}

/** A Discord of one's own, on loopback: REST, gateway and CDN on one port, and the people in it. */
export interface LocalDiscord extends Humans, Places, InteractionCalls {
  /** http://127.0.0.1:PORT, also the CDN's origin. */
  readonly origin: string;
  /** What DISCORD_API_URL takes. */
  readonly apiUrl: string;
  /** The app made at start, with its bot's id and token. */
  readonly application: Application;
  readonly world: World;
  readonly clock: Clock;
  readonly gateway: Omit<Gateway, "upgrade" | "close">;
  readonly voice: Omit<VoiceStates, "request">;
  readonly foreign: ForeignOrigin;
  /** Requests in the order of their arrival. */
  readonly journal: readonly JournalEntry[];
  /** Spoils the next matching request, on REST or the CDN. */
  failNext(fault: Fault): void;
  clearFaults(): void;
  setLimits(limits: Partial<LimitTable>): void;
  /** Waits until `look` finds something; it is asked again after every event and every request. */
  waitFor<T>(look: () => T | undefined | null | false, options?: WaitOptions): Promise<T>;
  close(): Promise<void>;
}

function newWorld(options: LocalDiscordOptions): World {
  return createWorld({
    clock: createClock(),
    linkLifetimeMs: options.linkLifetimeMs ?? 24 * 3_600_000,
    activeThreadLimit: options.activeThreadLimit ?? 1000,
  });
}

/** Starts REST, gateway, CDN and the control surface on one port, and a second origin for redirects. */
export async function startLocalDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  const { port = 0, host = "127.0.0.1", foreignPort = 0 } = options;
  const world = newWorld(options);
  const journal = createJournal();
  const faults = createFaults();
  let limits: LimitTable = { ...observedLimits, ...options.limits };
  const interactions = createInteractions({
    world,
    ackWindowMs: options.ackWindowMs ?? 3000,
    tokenLifetimeMs: options.tokenLifetimeMs ?? 15 * 60_000,
  });
  const voice = createVoiceStates(world);
  const rest = createRestServer({
    world,
    routes: allRoutes(interactions),
    limits: () => limits,
    faults,
    journal,
  });
  const cdn = createCdn({ world, faults, journal });
  const gateway = createGateway({
    world,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    maxSendsPerMinute: options.maxGatewaySendsPerMinute ?? 120,
    voiceStateUpdate: (session, request) => voice.request(session, request),
  });
  const application = createApplication(world, { name: "Earshot", ...options.application });
  let control: Surface | undefined;

  const server = await startHttpServer({
    host,
    port,
    surface: (path) => {
      if (path.startsWith("/api/")) return rest;
      if (path.startsWith("/__control/")) return control;
      return /^\/(?:ephemeral-)?attachments\//.test(path) ? cdn : undefined;
    },
    upgrade: (request, socket, head, url) => {
      if (url.pathname.replace(/\/$/, "") === "/gateway") gateway.upgrade(request, socket, head, url);
      else socket.destroy();
    },
  });
  world.cdn.origin = server.origin;
  const foreign = await startForeignOrigin({ world, journal, host, port: foreignPort });

  const discord: LocalDiscord = {
    ...createHumans(world),
    ...createPlaces(world),
    ...createInteractionCalls({ world, interactions }),
    origin: server.origin,
    apiUrl: `${server.origin}/api`,
    application,
    world,
    clock: world.clock,
    gateway,
    voice,
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
      await Promise.all([server.close(), foreign.close()]);
    },
  };
  control = createControl(controlCalls(discord));
  return discord;
}
