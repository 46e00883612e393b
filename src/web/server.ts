import { once } from "node:events";
import { createServer, type Server } from "node:http";

import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import { WebError } from "./errors.ts";
import { withStrictHeaders } from "./headers.ts";

/** Paths and what answers them, as a room's own function makes them. */
export type Routes = Hono;

export interface WebServerOptions {
  /** An address or name of this machine; 0.0.0.0 or :: for every one of its addresses. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Put together by the composition root; all are mounted at "/". */
  readonly routes: readonly Routes[];
  /** The same, for routes that take larger bodies than others: they have to limit them themselves. */
  readonly roomyRoutes?: readonly Routes[];
  /** Told of a route that threw; the visitor sees no more than that something went wrong. */
  readonly onError: (error: unknown) => void;
  readonly limits?: Partial<WebLimits>;
}

/** What one visitor, or many, may take. Times in ms. */
export interface WebLimits {
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  /** A request's headers, and all of it, must be here by then. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A connection on which nothing is asked is closed after so long. */
  readonly keepAliveMs: number;
  /** Connections at once, event streams included; more are closed at once. */
  readonly maxConnections: number;
  /** On closing, answers under way (event streams among them) get so long to end by themselves. */
  readonly closeGraceMs: number;
}

const defaultLimits: WebLimits = {
  maxBodyBytes: 64 * 1024,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 5000,
  maxConnections: 1000,
  closeGraceMs: 1000,
};

/** A server that listens. */
export interface WebServer {
  readonly port: number;
  /** As somebody on this machine reaches it, without a slash at the end: http://127.0.0.1:8080. */
  readonly url: string;
  /** Takes nothing new, lets answers end for a moment, then cuts what is left. */
  close(): Promise<void>;
}

/** Listens. Throws WebError where it cannot. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const limits: WebLimits = { ...defaultLimits, ...options.limits };
  const app = createApp(options, limits);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      listener(request, response).catch(options.onError);
    },
  );
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = 100;
  await listen(server, options);
  // As when there are no descriptors left for one more connection.
  server.on("error", options.onError);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  let closed: Promise<void> | undefined;
  return {
    port,
    url: `http://${hostForUrl(options.host)}:${port}`,
    close: async () => await (closed ??= close(server, limits.closeGraceMs)),
  };
}

function createApp(
  { routes, roomyRoutes = [], onError }: WebServerOptions,
  { maxBodyBytes }: WebLimits,
): Hono {
  const app = new Hono();
  app.use(withStrictHeaders);
  for (const route of roomyRoutes) app.route("/", route);
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (context) => context.text("Too large\n", 413) }));
  for (const route of routes) app.route("/", route);
  app.notFound((context) => context.text("Not found\n", 404));
  app.onError((error, context) => {
    onError(error);
    return context.text("Something went wrong\n", 500);
  });
  return app;
}

async function listen(server: Server, { host, port }: WebServerOptions): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw toWebError(code, host, port, error);
  }
}

function toWebError(code: string, host: string, port: number, cause: unknown): WebError {
  if (code === "EADDRINUSE") {
    const line = `HTTP_PORT: another program listens on ${host}:${port} already; choose another port, or 0 for any.`;
    return new WebError("port-taken", line, { cause });
  }
  if (code === "EACCES" || code === "EPERM") {
    const line = `HTTP_PORT: this user may not listen on port ${port}; ports from 1024 on need no rights.`;
    return new WebError("port-refused", line, { cause });
  }
  const line = `HTTP_HOST: this machine cannot listen on ${host} (${code}); 127.0.0.1 is always there.`;
  return new WebError("address-unknown", line, { cause });
}

/** Every address is reached by the loopback one; an IPv6 address takes brackets. */
function hostForUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
