import { startHttpServer, type Surface } from "./http-server.ts";
import type { Journal } from "./journal.ts";
import type { World } from "./world.ts";

/** A server on another port that nobody has reason to trust: where redirects lead astray. */
export interface ForeignOrigin {
  readonly origin: string;
  /** What it serves, to any request. */
  serve(bytes: Uint8Array, contentType?: string): void;
  close(): Promise<void>;
}

export interface ForeignOriginOptions {
  readonly world: World;
  readonly journal: Journal;
  readonly host: string;
  readonly port: number;
}

export async function startForeignOrigin(options: ForeignOriginOptions): Promise<ForeignOrigin> {
  const { world, journal, host, port } = options;
  let served: { readonly bytes: Uint8Array; readonly contentType: string } = {
    bytes: new Uint8Array(),
    contentType: "application/octet-stream",
  };
  const handle = async (...[request, response, url]: Parameters<Surface["handle"]>): Promise<void> => {
    const method = request.method ?? "GET";
    const atMs = world.clock.nowMs();
    const entry = journal.open({ surface: "foreign", method, path: url.pathname, route: undefined, atMs });
    response.once("close", () => {
      entry.status = response.statusCode;
      world.changed();
    });
    response.writeHead(200, { "content-type": served.contentType, "content-length": served.bytes.length });
    response.end(served.bytes);
    return Promise.resolve();
  };
  const server = await startHttpServer({ host, port, surface: () => ({ handle }) });
  return {
    origin: server.origin,
    serve: (bytes, contentType = "audio/ogg") => {
      served = { bytes, contentType };
    },
    close: () => server.close(),
  };
}
