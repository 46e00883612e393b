import type { IncomingMessage } from "node:http";

import { ApiError, refused } from "./api-error.ts";

/** One part of a multipart body. */
export interface FormPart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** A request's body, as far as its content type says what it is. */
export type RequestBody =
  | { readonly type: "empty" }
  | { readonly type: "json"; readonly value: unknown }
  | { readonly type: "form"; readonly parts: readonly FormPart[] };

/** The whole request, files included (Discord API reference, "Uploading Files"). */
export const maxRequestBytes = 25 * 1024 * 1024;

/** Reads at most `maxRequestBytes`; what is longer is refused with 40005. */
export async function readBytes(request: IncomingMessage, maxBytes = maxRequestBytes): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length <= maxBytes) pieces.push(piece);
  }
  // Read to the end before refusing: a client that is still sending would see a reset instead of the answer.
  if (length > maxBytes) throw refused("entityTooLarge");
  return Buffer.concat(pieces);
}

/** Text that should be JSON. Refuses with 50109. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("invalidJson");
  }
}

/** The body of a request. Refuses what is too long, malformed or of another content type. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return { type: "empty" };
  const contentType = request.headers["content-type"] ?? "";
  if (/^application\/json\b/i.test(contentType)) {
    return { type: "json", value: parseJson(bytes.toString("utf8")) };
  }
  const boundary = /^multipart\/form-data\b.*?\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name !== undefined) return { type: "form", parts: parseForm(bytes, name) };
  throw new ApiError(400, 50_035, "Invalid Form Body", {
    _errors: [
      {
        code: "CONTENT_TYPE_INVALID",
        message: 'Expected "Content-Type" header to be one of {application/json, multipart/form-data}.',
      },
    ],
  });
}

/** Splits a multipart/form-data body (RFC 2046 §5.1, RFC 7578 §4). */
export function parseForm(body: Buffer, boundary: string): readonly FormPart[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // A leading line break makes the first delimiter look like all others.
  const bytes = Buffer.concat([Buffer.from("\r\n"), body]);
  const parts: FormPart[] = [];
  let at = bytes.indexOf(delimiter);
  while (at !== -1) {
    const start = at + delimiter.length;
    if (bytes.toString("latin1", start, start + 2) === "--") return parts;
    const headEnd = bytes.indexOf("\r\n\r\n", start);
    const end = bytes.indexOf(delimiter, start);
    if (headEnd === -1 || end === -1 || headEnd > end) break;
    parts.push(formPart(bytes.toString("utf8", start, headEnd), bytes.subarray(headEnd + 4, end)));
    at = end;
  }
  throw refused("malformed");
}

function formPart(head: string, bytes: Buffer): FormPart {
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? "";
  const name = /\bname="([^"]*)"/.exec(disposition)?.[1];
  if (name === undefined) throw refused("malformed");
  const filename = /\bfilename="([^"]*)"/.exec(disposition)?.[1];
  const contentType = /^content-type:\s*(\S.*?)\s*$/im.exec(head)?.[1];
  return { name, filename, contentType, bytes };
}
