import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { isLinkAlive } from "./cdn-links.ts";
import type { StoredFile } from "./entities.ts";
import { sendFault } from "./fault-answers.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { World } from "./world.ts";

/** The file server. */
export interface Cdn {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

export interface CdnOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly journal: Journal;
}

/** Bytes as an answer can send them, in turns. */
async function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
    response.write(bytes, () => resolve());
  });
}

async function drip(response: ServerResponse, bytes: Uint8Array, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 10));
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    await write(response, bytes.subarray(at, at + step));
    await sleep(100, undefined, { ref: false });
  }
  response.end();
}

async function pour(response: ServerResponse, bytes: number): Promise<void> {
  const zeros = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < bytes && !response.destroyed; sent += zeros.length) {
    await write(response, zeros.subarray(0, Math.min(zeros.length, bytes - sent)));
  }
  response.end();
}

/** The part of a file a Range header asks for; undefined for all of it. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | undefined {
  const range = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!range || (range[1] === "" && range[2] === "")) return undefined;
  if (range[1] === "") return [Math.max(0, size - Number(range[2])), size - 1];
  const end = range[2] === "" ? size - 1 : Math.min(size - 1, Number(range[2]));
  return [Number(range[1]), end];
}

async function sendFile(request: IncomingMessage, response: ServerResponse, file: StoredFile): Promise<void> {
  const { bytes } = file;
  const headers = {
    "content-type": file.contentType ?? "application/octet-stream",
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=86400",
  };
  const range = rangeOf(request.headers.range, bytes.length);
  if (range && range[0] >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const [start, end] = range ?? [0, bytes.length - 1];
  const part = bytes.subarray(start, end + 1);
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "content-length": part.length,
    ...(range && { "content-range": `bytes ${start}-${end}/${bytes.length}` }),
  });
  if (request.method !== "HEAD") await write(response, part);
  response.end();
}

async function sendSpoiled(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, contentType }: StoredFile,
  fault: Fault,
): Promise<void> {
  const type = { "content-type": contentType ?? "application/octet-stream" };
  switch (fault.kind) {
    case "drip":
      response.writeHead(200, { ...type, "content-length": bytes.length });
      return drip(response, bytes, fault.bytesPerSecond);
    case "stall":
      response.writeHead(200, { ...type, "content-length": bytes.length });
      await write(response, bytes.subarray(0, fault.afterBytes));
      return sendFault({ kind: "hang" }, request, response);
    case "truncate":
      response.writeHead(200, { ...type, "content-length": bytes.length });
      await write(response, bytes.subarray(0, fault.afterBytes));
      response.destroy();
      return undefined;
    case "length":
      // Closed at its end: on a kept connection the reader would wait for the bytes that never come.
      response.shouldKeepAlive = false;
      response.writeHead(200, {
        ...type,
        ...(fault.contentLength !== null && { "content-length": fault.contentLength }),
      });
      await write(response, bytes);
      response.end();
      return undefined;
    case "huge":
      response.writeHead(200, type);
      return pour(response, fault.bytes);
    case "status":
    case "rate-limit":
    case "hang":
    case "reset":
    case "malformed":
    case "delay":
    case "redirect":
      return sendFault(fault, request, response);
  }
}

/** A link that is expired, forged or whose message is gone. */
function refuse(response: ServerResponse): void {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
  response.end("This content is no longer available.");
}

/** Serves attachments by signed, expiring links, and spoils them on demand. */
export function createCdn({ world, faults, journal }: CdnOptions): Cdn {
  return {
    handle: async (request, response, url) => {
      const method = request.method ?? "GET";
      const entry = journal.open({
        surface: "cdn",
        method,
        path: url.pathname,
        route: undefined,
        atMs: world.clock.nowMs(),
      });
      response.once("close", () => {
        entry.status = response.headersSent ? response.statusCode : -1;
        world.changed();
      });
      const fault = faults.take(method, url.pathname);
      const file = world.files.get(url.pathname);
      const isOwnMatter = fault?.kind === "status" || fault?.kind === "redirect";
      if (!isOwnMatter && (!file || !isLinkAlive(world, url.pathname, url.searchParams)))
        return refuse(response);
      if (method !== "GET" && method !== "HEAD") {
        response.writeHead(405).end();
        return undefined;
      }
      if (fault?.kind === "delay") await sendFault(fault, request, response);
      else if (fault)
        return sendSpoiled(
          request,
          response,
          file ?? { path: "", bytes: new Uint8Array(), contentType: undefined, holders: 0 },
          fault,
        );
      return file ? sendFile(request, response, file) : refuse(response);
    },
  };
}
