import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

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
}

export async function createForeignOrigin({
  world,
  journal,
  host,
}: ForeignOriginOptions): Promise<ForeignOrigin> {
  let served: { readonly bytes: Uint8Array; readonly contentType: string } = {
    bytes: new Uint8Array(),
    contentType: "application/octet-stream",
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://foreign").pathname;
    const method = request.method ?? "GET";
    const entry = journal.open({
      surface: "foreign",
      method,
      path,
      route: undefined,
      atMs: world.clock.nowMs(),
    });
    response.once("close", () => {
      entry.status = response.statusCode;
      world.changed();
    });
    response.writeHead(200, { "content-type": served.contentType, "content-length": served.bytes.length });
    response.end(served.bytes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    serve: (bytes, contentType = "audio/ogg") => {
      served = { bytes, contentType };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
