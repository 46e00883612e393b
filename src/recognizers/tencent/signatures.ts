import { createHash, createHmac } from "node:crypto";

/** A pair of API keys of Tencent Cloud. */
export interface TencentKey {
  readonly secretId: string;
  readonly secretKey: string;
}

/** What TC3-HMAC-SHA256 covers: a POST to "/" without a query. */
export interface Tc3Request {
  /** Without the port: the vendor's clients leave it out, and so do its servers. */
  readonly hostname: string;
  readonly contentType: string;
  /** Hex SHA-256 of the body's bytes. */
  readonly bodySha256: string;
  /** Seconds since 1970, as in X-TC-Timestamp; five minutes off at most. */
  readonly timestamp: number;
}

const service = "asr";

/** The Authorization header of an API 3.0 request to ASR (TC3-HMAC-SHA256; content type and host are signed). */
export function signTc3(request: Tc3Request, key: TencentKey): string {
  const { hostname, contentType, bodySha256, timestamp } = request;
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const headers = `content-type:${contentType}\nhost:${hostname}\n`;
  const canonical = ["POST", "/", "", headers, "content-type;host", bodySha256].join("\n");
  const stringToSign = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`;
  const keyOfDate = hmac("sha256", `TC3${key.secretKey}`, date);
  const signing = hmac("sha256", hmac("sha256", keyOfDate, service), "tc3_request");
  const signature = hmac("sha256", signing, stringToSign).toString("hex");
  return `TC3-HMAC-SHA256 Credential=${key.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

/**
 * The address of a realtime connection: parameters sorted by name, and behind them the HMAC-SHA1 of host, path and query as
 * they stand, in Base64 and then URL-encoded. `host` has its port where there is one.
 */
export function signedSocketUrl(
  address: { readonly origin: string; readonly host: string; readonly path: string },
  parameters: Readonly<Record<string, string | number>>,
  { secretKey }: TencentKey,
): string {
  const query = Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const signature = hmac("sha1", secretKey, `${address.host}${address.path}?${query}`).toString("base64");
  return `${address.origin}${address.path}?${query}&signature=${encodeURIComponent(signature)}`;
}

/** Hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(algorithm: "sha1" | "sha256", key: string | Buffer, data: string): Buffer {
  return createHmac(algorithm, key).update(data).digest();
}
