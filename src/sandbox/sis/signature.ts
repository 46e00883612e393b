import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { Refusal } from "./refusal.ts";

/** A request as it came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface KeyRing {
  /** The secret key of an access key, or undefined. */
  secretOf(accessKey: string): string | undefined;
  /** How far X-Sdk-Date may be from our clock, in ms. */
  readonly maxSkewMs: number;
  readonly nowMs: number;
}

const form =
  /^SDK-HMAC-SHA256 Access=(?<key>[^,\s]+), SignedHeaders=(?<names>[^,\s]+), Signature=(?<signature>[0-9a-f]{64})$/;

/** The access key that an Authorization header names, also where the rest of it is wrong. */
export function accessKeyOf(authorization: string): string | undefined {
  return /\bAccess=([^,\s]+)/.exec(authorization)?.[1];
}

/**
 * Checks an SDK-HMAC-SHA256 signature (seed 000 §4.2, "AK/SK-based Authentication", and the API Request Signing Guide it
 * refers to). Throws the gateway's refusal.
 */
export function verifySignature(request: SignedRequest, ring: KeyRing): void {
  const {
    key = "",
    names = "",
    signature = "",
  } = form.exec(headerOf(request, "authorization") ?? "")?.groups ?? {};
  if (key === "") throw refused("the Authorization header is malformed");
  const secret = ring.secretOf(key);
  if (secret === undefined) throw refused("verify aksk signature fail, ak does not exist");
  const date = headerOf(request, "x-sdk-date") ?? "";
  const skewMs = Math.abs(timeOf(date) - ring.nowMs);
  if (Number.isNaN(skewMs) || skewMs > ring.maxSkewMs) throw refused("signature expired");
  const wanted = createHmac("sha256", secret)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonicalRequest(request, names))}`)
    .digest();
  if (!timingSafeEqual(wanted, Buffer.from(signature, "hex"))) throw refused("verify aksk signature fail");
}

function canonicalRequest(request: SignedRequest, names: string): string {
  const signed = names.split(";");
  if (names !== [...signed].sort().join(";").toLowerCase()) throw refused("signed headers are not sorted");
  for (const name of ["host", "x-sdk-date"])
    if (!signed.includes(name)) throw refused(`${name} is not signed`);
  const lines = signed.map((name) => {
    const value = headerOf(request, name);
    if (value === undefined) throw refused(`the signed header ${name} is missing`);
    return `${name}:${value}\n`;
  });
  const [path = "", query = ""] = request.target.split("?", 2);
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(""),
    names,
    payloadHash(headerOf(request, "x-sdk-content-sha256"), signed, request.body),
  ].join("\n");
}

/** A header's value; several of one name are one list. */
export function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value.trim() : value?.join(",");
}

function refused(why: string): Refusal {
  return new Refusal(401, "APIG.0301", `Incorrect IAM authentication information: ${why}`);
}

/** "20240615T120000Z" in ms since 1970; NaN for anything else. */
function timeOf(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Every segment encoded, and a slash at the end that the request itself need not have. */
function canonicalPath(path: string): string {
  const encoded = path.split("/").map((segment) => encode(decode(segment)));
  return encoded.at(-1) === "" ? encoded.join("/") : `${encoded.join("/")}/`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((pair) => {
    const [name = "", value = ""] = pair.split("=", 2);
    return { name: encode(decode(name)), value: encode(decode(value)) };
  });
  pairs.sort((a, b) => order(a.name, b.name) || order(a.value, b.value));
  return pairs.map(({ name, value }) => `${name}=${value}`).join("&");
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** RFC 3986: everything but letters, digits, "-", ".", "_" and "~" is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that starts no code stands for itself.
    return text;
  }
}

function payloadHash(claimed: string | undefined, signed: readonly string[], body: Uint8Array): string {
  if (claimed === undefined) return sha256(body);
  if (!signed.includes("x-sdk-content-sha256")) throw refused("x-sdk-content-sha256 is not signed");
  if (claimed !== "UNSIGNED-PAYLOAD" && claimed !== sha256(body))
    throw refused("the payload is not the signed one");
  return claimed;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
