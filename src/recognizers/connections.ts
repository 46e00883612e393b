import type { Socket } from "node:net";

import { buildConnector, Client, errors } from "undici";

import { giveBack } from "../audio/give-back.ts";
import { singleFlight, unlessAborted } from "./single-flight.ts";
import { exchange, MAX_ANSWER_BYTES, MAX_HEADER_BYTES, type HttpAnswer, type HttpRequest } from "./http.ts";
import { networkFault } from "./http-faults.ts";

export interface ConnectionsOptions {
  /** Whose connections they are, for messages: "SIS". */
  readonly service: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** How many requests may be under way; the next one is not ready before one of them ends. */
  readonly maxOpen?: number | undefined;
  readonly connectTimeoutMs?: number;
}

/**
 * Open connections to one service. A quota that is judged on arrival has no time for a handshake between the slot and
 * the request, so a spare connection is opened before it is needed and again when one is taken.
 */
export interface Connections {
  /** Resolves when a request could leave at once. Throws RecognizerError where no connection can be had. */
  ready(signal: AbortSignal): Promise<void>;
  /** Sends a request on an open connection if there is one, on a new one otherwise. Its body is spent then: nobody may read it again. */
  exchange(request: Omit<HttpRequest, "service">): Promise<HttpAnswer>;
  close(): void;
}

interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

const MAX_OPEN = 64;
const CONNECT_TIMEOUT_MS = 10_000;
/** A spare connection that nobody took is closed: servers drop silent clients, and idle bots should hold nothing. */
const SPARE_LIFETIME_MS = 15_000;
const MAX_IDLE = 8;
/** A failure to connect is remembered for as long as it took to fail, up to this: a timeout, but hardly a refusal. */
const SHARED_FAILURE_MS = 1000;

/** Opens nothing until it is asked to. */
export function createConnections(options: ConnectionsOptions): Connections {
  const { service, maxOpen = MAX_OPEN, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const origin = new URL(options.origin);
  const connect = buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  /** The most recently used last: it is the likeliest to be still open at the other end. */
  const idle = new Set<Connection>();
  const busy = new Set<Connection>();
  const waiting = new Set<() => void>();
  let closed = false;

  const drop = (connection: Connection): void => {
    idle.delete(connection);
    release(connection);
    connection.socket.destroy();
    void connection.client.destroy();
  };

  /** A connection ended by itself. One with a request is left to the client, which knows best what became of that. */
  const lose = (connection: Connection): void => {
    if (!busy.has(connection)) drop(connection);
  };

  const release = (connection: Connection): void => {
    busy.delete(connection);
    for (const tell of waiting) tell();
    waiting.clear();
  };

  const keep = (connection: Connection): void => {
    if (closed || !isOpen(connection)) return drop(connection);
    idle.add(connection);
    release(connection);
    const [oldest] = idle;
    if (oldest && idle.size > MAX_IDLE) drop(oldest);
  };

  const open = singleFlight(
    async () => {
      try {
        const connection = await openConnection(origin, connect, lose);
        keep(connection);
        return connection;
      } catch (error) {
        throw networkFault(error, service);
      }
    },
    (tookMs) => Math.min(tookMs, SHARED_FAILURE_MS),
  );

  const available = (): Connection | undefined => {
    for (const connection of [...idle].toReversed()) {
      if (isOpen(connection)) return connection;
      drop(connection);
    }
    return undefined;
  };

  const ready = async (signal: AbortSignal): Promise<void> => {
    while (busy.size >= maxOpen) await unlessAborted(new Promise<void>((tell) => waiting.add(tell)), signal);
    while (!available()) {
      const opened = await unlessAborted(open(), signal);
      // A peer that hangs up at once would be called for ever.
      if (closed || !isOpen(opened)) throw networkFault(lost(), service);
    }
  };

  return {
    ready,
    async exchange(request) {
      let connection = available();
      for (; !connection; connection = available()) await ready(request.signal);
      idle.delete(connection);
      busy.add(connection);
      // A failure here is nobody's yet: whoever needs the connection asks again and is told.
      if (!available() && busy.size < maxOpen) open().catch(() => undefined);
      try {
        const answer = await exchange(connection.client, { ...request, service });
        // Only what is written out whole is nobody's.
        if (request.body && connection.socket.writableLength === 0) giveBack(request.body);
        keep(connection);
        return answer;
      } catch (error) {
        drop(connection);
        throw error;
      }
    },
    close() {
      closed = true;
      for (const connection of [...idle, ...busy]) drop(connection);
    },
  };
}

function isOpen({ client, socket }: Connection): boolean {
  return !client.destroyed && !socket.destroyed && socket.readable && socket.writable;
}

function lost(): Error {
  return new errors.SocketError("connection lost");
}

function connectionReset(): Error {
  return Object.assign(new Error("connection lost"), { code: "ECONNRESET" });
}

/** Connects first and hands the open socket to a client of its own, so that its first request leaves at once. */
async function openConnection(
  origin: URL,
  connect: ReturnType<typeof buildConnector>,
  lose: (connection: Connection) => void,
): Promise<Connection> {
  const target = {
    protocol: origin.protocol,
    hostname: origin.hostname.replace(/^\[|\]$/g, ""),
    host: origin.host,
    port: origin.port,
  };
  const socket = await new Promise<Socket>((resolve, reject) => {
    connect(target, (error, open) => (open ? resolve(open) : reject(error)));
  });
  const client = new Client(origin, {
    connect(_options, callback) {
      queueMicrotask(() => handOver(callback));
    },
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const connection = { client, socket };
  const gone = (): void => lose(connection);
  const unused = setTimeout(gone, SPARE_LIFETIME_MS).unref();
  // A spare socket is read, or its end would go unnoticed. What it says unasked can only be a farewell.
  socket.on("data", gone).on("close", gone).on("error", gone).unref();

  let handedOver = false;
  const handOver = (callback: buildConnector.Callback): void => {
    // A client asks again when its connection was lost; it gets no other one. undici would take a SocketError for a
    // reason to ask at once, for ever and between two ticks; any other error ends the request that waits.
    if (handedOver || socket.destroyed) return callback(connectionReset(), null);
    handedOver = true;
    clearTimeout(unused);
    socket.off("data", gone).pause().ref();
    callback(null, socket);
  };
  return connection;
}
