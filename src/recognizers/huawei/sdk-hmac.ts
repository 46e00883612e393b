import { createHash, createHmac } from "node:crypto";

/** An access key pair of a Huawei Cloud user; temporary pairs come with a security token. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string | undefined;
}

export interface RequestToSign {
  readonly method: string;
  /** Absolute; a query in it is signed too. */
  readonly url: string | URL;
  /** All of them are signed: whatever is added to the request afterwards is not. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** The body's hash in hex, where it was made ahead. */
  readonly bodySha256?: string | undefined;
}

const ALGORITHM = "SDK-HMAC-SHA256";

/**
 * Signs a request as Huawei's API gateway wants it (SIS 4.2; the rules are those of the official SDK's signer). Gives back the headers
 * to send: the given ones with Host, X-Sdk-Date (unless given) and Authorization.
 */
export function signSdkHmac(request: RequestToSign, key: AccessKey, at: Date): Record<string, string> {
  const headers: Record<string, string> = {
    ...request.headers,
    ...(key.securityToken === undefined ? {} : { "X-Security-Token": key.securityToken }),
    host: new URL(request.url).host,
  };
  headers["X-Sdk-Date"] ??= sdkDate(at);
  const canonical = canonicalRequest({ ...request, headers });
  const toSign = [ALGORITHM, headers["X-Sdk-Date"], sha256(canonical)].join("\n");
  const signature = createHmac("sha256", key.secretKey).update(toSign).digest("hex");
  const signed = sortedHeaders(headers)
    .map(([name]) => name)
    .join(";");
  return {
    ...headers,
    Authorization: `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

/** The text that is hashed for the signature: method, path, query, headers and the body's hash, in one agreed spelling. */
export function canonicalRequest(request: RequestToSign): string {
  const url = new URL(request.url);
  const headers = sortedHeaders(request.headers);
  // The path as it is on the wire, each segment encoded once more; a slash ends it in the signature only.
  const path = url.pathname.split("/").map(percentEncode).join("/");
  return [
    request.method.toUpperCase(),
    path.endsWith("/") ? path : `${path}/`,
    canonicalQuery(url.searchParams),
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    headers.map(([name]) => name).join(";"),
    // "UNSIGNED-PAYLOAD" stands in this header where the body is not to be hashed.
    headers.find(([name]) => name === "x-sdk-content-sha256")?.[1] ??
      request.bodySha256 ??
      sha256(request.body ?? ""),
  ].join("\n");
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .sort(([nameA, valueA], [nameB, valueB]) => byCodeUnit(nameA, nameB) || byCodeUnit(valueA, valueB))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
}

function sortedHeaders(headers: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => byCodeUnit(a, b));
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** RFC 3986: everything but unreserved characters. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** In hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** As in 20240615T120000Z. */
function sdkDate(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d{3}/g, "");
}
