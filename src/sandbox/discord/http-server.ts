import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** Whoever answers requests; `url` has the server's own origin. */
export interface Surface {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

export interface HttpServer {
  /** http://HOST:PORT. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 picks one. */
  readonly port: number;
  /** Who answers this path. */
  surface(path: string): Surface | undefined;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void;
}

/** A server on loopback that passes each request to the surface its path belongs to. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port } = options;
  let origin = `http://${host}`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", origin);
    const surface = options.surface(url.pathname);
    if (!surface) {
      response.writeHead(404).end();
      return;
    }
    surface.handle(request, response, url).catch(() => response.destroy());
  });
  server.on("upgrade", (request, socket, head) => {
    // A client that goes away in the middle of an upgrade is nobody's error.
    socket.on("error", () => socket.destroy());
    if (options.upgrade) options.upgrade(request, socket, head, new URL(request.url ?? "/", origin));
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
