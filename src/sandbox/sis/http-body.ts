import type { IncomingMessage } from "node:http";

import { Refusal } from "./refusal.ts";

/** The gateway takes 12 MB (seed 000 §4.2, "AK/SK-based Authentication"). */
const mostBytes = 12 * 2 ** 20;

/** Reads a request's body. Throws Refusal where it is too large or its length was not told. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const declared = request.headers["content-length"];
  // Seed 000 table 6-2: Content-Length is mandatory for POST and PUT.
  if (declared === undefined && request.method !== "GET") {
    throw new Refusal(411, "APIG.0201", "Content-Length is required.");
  }
  if (Number(declared ?? 0) > mostBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

function tooLarge(): Refusal {
  return new Refusal(413, "APIG.0201", "Request entity too large.");
}
