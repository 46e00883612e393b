import { open } from "node:fs/promises";
import { Readable } from "node:stream";

import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

import type { Shelf } from "../store/shelf.ts";

export interface ShelfRoutesOptions {
  readonly shelf: Shelf;
  /** What was posted to the callback address of a ticket that is good; false where it says nothing. */
  readonly onCallback: (ticket: string, body: string) => Promise<boolean>;
}

/** Paths of the shelf below the public address. */
export const recordingPath = (ticket: string): string => `/recordings/${ticket}/recording.wav`;
export const callbackPath = (ticket: string): string => `/recordings/${ticket}/done`;

/** Twelve hours of speech with every word timed. */
const maxCallbackBytes = 32 * 2 ** 20;

/**
 * Where a speech service fetches recordings and tells that it is done. Whoever knows the ticket may do both: there is no
 * other proof, and no list. Bodies are limited here, because a callback brings all the words with it.
 */
export function createShelfRoutes({ shelf, onCallback }: ShelfRoutesOptions): Hono {
  const routes = new Hono();
  routes.get(recordingPath(":ticket"), async (context) => await serve(context, shelf));
  routes.post(
    callbackPath(":ticket"),
    bodyLimit({ maxSize: maxCallbackBytes, onError: (context) => context.text("Too large\n", 413) }),
    async (context) => {
      const ticket = context.req.param("ticket") ?? "";
      if (!(await shelf.owner(ticket))) return context.notFound();
      const understood = await onCallback(ticket, await context.req.text());
      return understood
        ? context.json({ code: 0, message: "success" })
        : context.json({ code: 1, message: "not understood" }, 400);
    },
  );
  return routes;
}

/** The file, or a part of it, with its exact length: a service that is promised more or less throws the file away. */
async function serve(context: Context, shelf: Shelf): Promise<Response> {
  const ticket = context.req.param("ticket") ?? "";
  const found = await shelf.find(ticket);
  if (!found) return context.notFound();
  const { path, bytes } = found;
  const range = readRange(context.req.header("range"), bytes);
  if (range === "unsatisfiable") {
    return context.body(null, 416, { "Content-Range": `bytes */${bytes}` });
  }
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  const headers = {
    "Content-Type": "audio/wav",
    "Content-Length": String(end - start + 1),
    "Accept-Ranges": "bytes",
    ...(range && { "Content-Range": `bytes ${start}-${end}/${bytes}` }),
  };
  const status = range ? 206 : 200;
  if (context.req.raw.method === "HEAD") return new Response(null, { status, headers });
  const file = await open(path, "r");
  const stream = file.createReadStream({ start, end, highWaterMark: 256 * 1024 });
  let left = end - start + 1;
  const atEnd = new TransformStream<Uint8Array, Uint8Array>({
    // Who has less than the end has nothing to recognize; who has it may be gone before the stream ends.
    async transform(part, controller) {
      left -= part.byteLength;
      if (left === 0 && end === bytes - 1) await shelf.noteFetched(ticket);
      controller.enqueue(part);
    },
  });
  return new Response((Readable.toWeb(stream) as ReadableStream<Uint8Array>).pipeThrough(atEnd), {
    status,
    headers,
  });
}

/** One range of bytes (RFC 9110, 14.1.2); several at once, and what is no range, are answered by the whole file. */
function readRange(
  header: string | undefined,
  bytes: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes - 1 : Math.min(bytes - 1, Number(last));
  return start <= end ? { start, end } : "unsatisfiable";
}
