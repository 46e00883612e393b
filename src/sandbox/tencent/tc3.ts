import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { TencentRefusal } from "./refusal.ts";

/** One account of the double. */
export interface TencentAccount {
  readonly secretId: string;
  readonly secretKey: string;
  readonly appId: string;
}

const form =
  /^TC3-HMAC-SHA256 Credential=(?<id>[^/\s,]+)\/(?<date>\d{4}-\d\d-\d\d)\/(?<service>[\w-]+)\/tc3_request, ?SignedHeaders=(?<names>[\w;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;
/** "Clock differs by more than five minutes". */
const maxSkewSeconds = 300;

/**
 * Checks a signature by API 3.0's rules for POST with JSON ("Signature v3"): canonical request, date and service of the
 * credential, the key derived from both. The service is whatever the credential says, because the vendor's client takes it
 * off the endpoint's name; the host counts without its port, as that client signs it, or with it. Throws TencentRefusal.
 */
export function verifyTc3(headers: IncomingHttpHeaders, body: Uint8Array, account: TencentAccount): void {
  const { id, date, service, names, signature } = claimOf(headers.authorization);
  if (id !== account.secretId)
    throw new TencentRefusal("AuthFailure.SecretIdNotFound", "The SecretId is not found");
  const timestamp = Number(headers["x-tc-timestamp"]);
  if (!Number.isInteger(timestamp) || Math.abs(timestamp - Date.now() / 1000) > maxSkewSeconds)
    throw new TencentRefusal("AuthFailure.SignatureExpire", "The signature has expired");
  if (date !== new Date(timestamp * 1000).toISOString().slice(0, 10))
    throw wrong("the date is not the timestamp's");
  const signed = names.split(";");
  for (const name of ["content-type", "host"])
    if (!signed.includes(name)) throw wrong(`${name} is not signed`);
  const fits = hostsOf(headers).some((host) => {
    const lines = signed.map(
      (name) => `${name}:${(name === "host" ? host : valueOf(headers, name)).trim()}\n`,
    );
    const canonical = ["POST", "/", "", lines.join(""), names, sha256(body)].join("\n");
    const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${sha256(canonical)}`;
    const key = [date, service, "tc3_request"].reduce<string | Buffer>(hmac, `TC3${account.secretKey}`);
    return timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"));
  });
  if (!fits) throw wrong("it is not that of the request");
}

interface Claim {
  readonly id: string;
  readonly date: string;
  readonly service: string;
  readonly names: string;
  readonly signature: string;
}

function claimOf(authorization = ""): Claim {
  const groups = form.exec(authorization)?.groups;
  if (!groups)
    throw new TencentRefusal("AuthFailure.InvalidAuthorization", "The Authorization header is malformed");
  const { id = "", date = "", service = "", names = "", signature = "" } = groups;
  return { id, date, service, names, signature };
}

function hostsOf({ host = "" }: IncomingHttpHeaders): readonly string[] {
  return [host, host.replace(/:\d+$/, "")];
}

function valueOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  if (typeof value !== "string") throw wrong(`the signed header ${name} is missing`);
  return value;
}

function wrong(why: string): TencentRefusal {
  return new TencentRefusal("AuthFailure.SignatureFailure", `The signature is wrong: ${why}`);
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
