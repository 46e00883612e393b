import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer, type WebSocket } from "ws";

import { openConnection, type ClientPacket, type Connection } from "./gateway-connection.ts";
import { concerns, guildsOf, identified, ready, viewerOf } from "./gateway-identify.ts";
import { missedBy, tell, type Session } from "./gateway-session.ts";
import { intent } from "./intents.ts";
import { memberChunks } from "./member-chunks.ts";
import { guildPayload } from "./wire.ts";
import type { World } from "./world.ts";

/** How a connection is made to fail. */
export type Drop =
  /** Close frame with this code; none at all (a cut wire) when it is left out. */
  | { readonly how: "close"; readonly code?: number; readonly resumable?: boolean }
  /** Op 7: asks the client to come back by itself. */
  | { readonly how: "reconnect"; readonly resumable?: boolean }
  /** Op 9. */
  | { readonly how: "invalidate"; readonly resumable?: boolean };

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void;
  /** Ends every connection; what is not resumable must identify again. */
  drop(drop: Drop): void;
  /** From now on events reach clients so much later, in their order. */
  setDelay(delayMs: number): void;
  /** While held, clients connect but are not greeted. */
  hold(): void;
  release(): void;
  /** Sessions with a connection. */
  connected(): readonly Session[];
  /** IDENTIFYs accepted so far, and resumes. */
  readonly counts: { identifies: number; resumes: number };
  close(): void;
}

export interface GatewayOptions {
  readonly world: World;
  readonly heartbeatIntervalMs: number;
  readonly maxSendsPerMinute: number;
  /** Op 4: a bot joins, moves or leaves voice. */
  voiceStateUpdate(session: Session, request: unknown): void;
}

interface State extends GatewayOptions {
  readonly sessions: Map<string, Session>;
  readonly connections: Map<Connection, Session | undefined>;
  readonly counts: { identifies: number; resumes: number };
  delayMs: number;
}

function attach(state: State, connection: Connection, session: Session): void {
  state.connections.set(connection, session);
  session.lostAtMs = undefined;
  // One line for all: timers of different lengths may fire out of order.
  const line: { readonly dueMs: number; readonly message: object }[] = [];
  const flush = (): void => {
    for (let [first] = line; first; [first] = line) {
      const waitMs = first.dueMs - Date.now();
      if (waitMs > 0) {
        setTimeout(flush, waitMs).unref();
        return;
      }
      connection.send(first.message);
      line.shift();
    }
  };
  session.send = (message) => {
    line.push({ dueMs: Date.now() + state.delayMs, message });
    if (line.length === 1) flush();
  };
}

function identify(state: State, connection: Connection, value: unknown): void {
  const { world, sessions, counts } = state;
  const outcome = identified(world, value);
  if (!("replay" in outcome)) return connection.close(outcome[0], outcome[1]);
  sessions.set(outcome.id, outcome);
  counts.identifies += 1;
  attach(state, connection, outcome);
  tell(outcome, "READY", ready(world, outcome));
  for (const id of outcome.intents & intent.guilds ? guildsOf(world, outcome) : []) {
    const guild = world.guilds.get(id);
    if (guild) tell(outcome, "GUILD_CREATE", guildPayload(world, guild, outcome.application.botId));
  }
  return world.changed();
}

function resume(state: State, connection: Connection, value: unknown): void {
  const { world, sessions, counts } = state;
  const { token, session_id: id, seq } = (value ?? {}) as Record<string, unknown>;
  const session = sessions.get(String(id));
  const matches = session !== undefined && token === session.application.token && Number.isInteger(seq);
  const missed = matches ? missedBy(session, Number(seq), world.clock.nowMs()) : undefined;
  if (!session || !missed) return connection.send({ op: 9, d: false, s: null, t: null });
  counts.resumes += 1;
  attach(state, connection, session);
  for (const message of missed) connection.send(message);
  tell(session, "RESUMED", { _trace: [] });
  return world.changed();
}

function take(state: State, connection: Connection, { op, d }: ClientPacket): void {
  const session = state.connections.get(connection);
  if (op === 2 || op === 6) {
    if (session) return connection.close(4005, "Already authenticated.");
    return op === 2 ? identify(state, connection, d) : resume(state, connection, d);
  }
  if (![3, 4, 8, 31, 43].includes(op)) return connection.close(4001, "Unknown opcode.");
  if (!session) return connection.close(4003, "Not authenticated.");
  if (op === 4) return state.voiceStateUpdate(session, d);
  if (op !== 8) return undefined;
  for (const chunk of memberChunks(state.world, session.application, session.intents, d)) {
    tell(session, "GUILD_MEMBERS_CHUNK", chunk);
  }
  return undefined;
}

/** A connection ended: its session waits for a resume, unless the client said goodbye. */
function lose({ world, sessions, connections }: State, connection: Connection, code: number): void {
  const session = connections.get(connection);
  connections.delete(connection);
  if (session && ![...connections.values()].includes(session)) {
    session.send = undefined;
    session.lostAtMs = world.clock.nowMs();
    // 1000 and 1001 end a session for good (Discord API, "Initiating a Disconnect").
    if (code === 1000 || code === 1001) sessions.delete(session.id);
  }
  world.changed();
}

function greet(state: State, socket: WebSocket): void {
  const connection = openConnection(socket, {
    heartbeatIntervalMs: state.heartbeatIntervalMs,
    maxSendsPerMinute: state.maxSendsPerMinute,
    packet: (packet) => take(state, connection, packet),
    closed: (code) => lose(state, connection, code),
  });
  state.connections.set(connection, undefined);
}

function dropOne(state: State, connection: Connection, session: Session, drop: Drop): void {
  if (drop.resumable === false) state.sessions.delete(session.id);
  session.send = undefined;
  if (drop.how === "invalidate") {
    // The connection stays: the client resumes or identifies on it.
    state.connections.set(connection, undefined);
    connection.send({ op: 9, d: drop.resumable ?? true, s: null, t: null });
  } else if (drop.how === "reconnect") connection.send({ op: 7, d: null, s: null, t: null });
  else if (drop.code === undefined) connection.cut();
  else connection.close(drop.code, "Dropped.");
}

/** What this server cannot speak closes at once. */
function isSpoken(socket: WebSocket, query: URLSearchParams): boolean {
  const version = query.get("v");
  if (version !== "10" && version !== "9") {
    socket.close(4012, "Invalid API version.");
    return false;
  }
  if ((query.get("encoding") ?? "json") === "json" && !query.has("compress")) return true;
  socket.close(4002, "Only plain JSON is spoken here.");
  return false;
}

/** The main gateway, version 10 over JSON. */
export function createGateway(options: GatewayOptions): Gateway {
  const { world } = options;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 });
  const state: State = {
    ...options,
    sessions: new Map(),
    connections: new Map(),
    counts: { identifies: 0, resumes: 0 },
    delayMs: 0,
  };
  const { sessions, connections, counts } = state;
  let waiting: (() => void)[] | undefined;
  const stop = world.onDispatch((event) => {
    for (const session of sessions.values()) {
      if (!concerns(world, session, event)) continue;
      const payload = event.payloadFor(viewerOf(session));
      if (payload) tell(session, event.type, payload);
    }
  });
  return {
    upgrade: (request, socket, head, url) => {
      server.handleUpgrade(request, socket, head, (client) => {
        if (!isSpoken(client, url.searchParams)) return;
        if (waiting) waiting.push(() => greet(state, client));
        else greet(state, client);
      });
    },
    drop: (drop) => {
      for (const [connection, session] of connections) if (session) dropOne(state, connection, session, drop);
    },
    setDelay: (delayMs) => {
      state.delayMs = delayMs;
    },
    hold: () => {
      waiting ??= [];
    },
    release: () => {
      const greetings = waiting ?? [];
      waiting = undefined;
      for (const one of greetings) one();
    },
    connected: () => [...sessions.values()].filter(({ send }) => send !== undefined),
    counts,
    close: () => {
      stop();
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
