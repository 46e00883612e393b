import { createHmac } from "node:crypto";

/** An access key pair of an Alibaba Cloud account or RAM user; temporary ones come with a security token. */
export interface AlibabaKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** What makes one request unlike every other: the service refuses a nonce it has seen, and a time too far from its own. */
export interface RpcMoment {
  readonly nonce: string;
  readonly at: Date;
}

/** An action and its own parameters. */
export interface RpcCall {
  readonly method: "GET" | "POST";
  readonly action: string;
  /** As in "2018-08-17". */
  readonly version: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Signs a call of an RPC-style API by HMAC-SHA1 (signature version 1.0, as the official client does) and gives its
 * encoded parameters, the signature among them: the query of a GET, the form body of a POST.
 */
export function signedParameters(call: RpcCall, key: AlibabaKey, { nonce, at }: RpcMoment): string {
  const canonical = canonicalParameters({
    ...call.params,
    ...(key.securityToken === undefined ? {} : { SecurityToken: key.securityToken }),
    AccessKeyId: key.accessKeyId,
    Action: call.action,
    Format: "JSON",
    SignatureMethod: "HMAC-SHA1",
    SignatureNonce: nonce,
    SignatureVersion: "1.0",
    // To the second, without the fraction that toISOString adds.
    Timestamp: `${at.toISOString().slice(0, 19)}Z`,
    Version: call.version,
  });
  const toSign = `${call.method}&${encoded("/")}&${encoded(canonical)}`;
  const signature = createHmac("sha1", `${key.accessKeySecret}&`).update(toSign).digest("base64");
  return `${canonical}&Signature=${encoded(signature)}`;
}

/** Sorted by name in code units, names and values encoded. */
function canonicalParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(parameters[name] ?? "")}`)
    .join("&");
}

/** RFC 3986: also what encodeURIComponent leaves as it is. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
