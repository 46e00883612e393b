import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

/** A request as the service saw it. */
export interface Arrival {
  /** On the clock of performance.now(), when the headers were there. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Reply = (response: ServerResponse, arrival: Arrival) => void;

/** A speech service or IAM on loopback that answers as it is told to. */
export interface Service {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Connections that were opened so far. */
  readonly connections: () => number;
  /** Resolves when so many requests have arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a service on a free port, over TLS where it is given a certificate; it ends with the test. */
export async function startService(
  reply: Reply,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Service> {
  const arrivals: Arrival[] = [];
  const watchers = new Set<() => void>();
  let connections = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const atMs = performance.now();
    const { method = "", url: path = "", headers } = request;
    const arrival = { atMs, method, path, headers, body: await readAll(request) };
    arrivals.push(arrival);
    for (const watch of watchers) watch();
    reply(response, arrival);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response);
  };
  const options = { maxHeaderSize: 131_072 };
  const server = tls
    ? createSecureServer({ ...options, ...tls }, onRequest)
    : createServer(options, onRequest);
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    connections: () => connections,
    arrived(count) {
      return new Promise((resolve) => {
        const watch = (): void => {
          if (arrivals.length < count) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
    },
    close,
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  // A client that goes away in the middle of its request ends the stream early; what came is enough then.
  request.on("error", () => undefined);
  for await (const part of request.iterator({ destroyOnReturn: false })) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** One reply after another; the last one again and again. */
export function inTurn(...replies: readonly [Reply, ...Reply[]]): Reply {
  let count = 0;
  return (response, arrival) => {
    const reply = replies[Math.min(count, replies.length - 1)] ?? replies[0];
    count += 1;
    reply(response, arrival);
  };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A recognition as SIS answers it. */
export function heard(text: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return json(200, { trace_id: "trace-1", result: { text, score: 0.9, ...more } });
}

/** A refusal as SIS and the gateway answer it. */
export function refused(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return json(status, { error_code: code, error_msg: "told" }, { "x-request-id": "request-1", ...headers });
}

export const hang: Reply = () => undefined;

export const reset: Reply = (response) => response.socket?.resetAndDestroy();

/** IAM's times have microseconds. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** A login as IAM answers it. Project null leaves it out, as for a token of the whole domain. */
export function token(
  text: string,
  lifetimeMs = 86_400_000,
  project: string | null = "project-of-token",
): Reply {
  return (response, arrival) => {
    const issuedMs = Date.parse("2020-01-03T09:05:22.701Z");
    const body = {
      token: {
        issued_at: stamp(issuedMs),
        expires_at: stamp(issuedMs + lifetimeMs),
        methods: ["password"],
        ...(project === null ? {} : { project: { id: project, name: "region-1" } }),
      },
    };
    json(201, body, { "x-subject-token": text })(response, arrival);
  };
}
