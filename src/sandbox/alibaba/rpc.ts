import { createHmac, timingSafeEqual } from "node:crypto";

import { GatewayRefusal } from "./status.ts";

/** The one account there is. */
export interface AlibabaAccount {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly appkey: string;
}

/** An RPC call that passed the gateway. */
export interface RpcCall {
  readonly action: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export interface RpcRules {
  readonly account: AlibabaAccount;
  /** As in "2018-08-17". */
  readonly apiVersion: string;
  readonly maxSkewMs: number;
}

/** Actions and how they are called (seed 002, "API call methods"). */
const methods: ReadonlyMap<string, string> = new Map([
  ["SubmitTask", "POST"],
  ["GetTaskResult", "GET"],
]);

const needed = ["Action", "Version", "AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce"];

/**
 * The gateway of RPC-style APIs: parses a request and checks its signature as Alibaba's documents of signature version 1.0
 * describe it. A nonce is good for one request. Throws GatewayRefusal.
 */
export function createGateway({ account, apiVersion, maxSkewMs }: RpcRules): {
  read(method: string, url: URL, body: string): RpcCall;
} {
  const seen = new Set<string>();
  return {
    read(method, url, body) {
      if (url.pathname !== "/") throw new GatewayRefusal(404, "InvalidApi.NotFound", "no such path");
      const parameters = parametersOf(method === "POST" ? body : url.search.slice(1));
      for (const name of [...needed, "Timestamp", "Signature"]) {
        if (!parameters.get(name)) throw new GatewayRefusal(400, `Missing${name}`, `${name} is mandatory`);
      }
      const of = (name: string): string => parameters.get(name) ?? "";
      if (of("AccessKeyId") !== account.accessKeyId) {
        throw new GatewayRefusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
      }
      checkTime(of("Timestamp"), maxSkewMs);
      checkSignature(method, parameters, account.accessKeySecret);
      if (seen.has(of("SignatureNonce"))) {
        throw new GatewayRefusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
      }
      seen.add(of("SignatureNonce"));
      if (of("Version") !== apiVersion) {
        throw new GatewayRefusal(400, "InvalidVersion", "Specified parameter Version is not valid.");
      }
      if (methods.get(of("Action")) !== method) {
        throw new GatewayRefusal(404, "InvalidAction.NotFound", "Specified api is not found.");
      }
      return { action: of("Action"), parameters };
    },
  };
}

function parametersOf(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of text.split("&").filter((one) => one !== "")) {
    const at = pair.indexOf("=");
    const [name, value] = at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    try {
      parameters.set(plain(name), plain(value));
    } catch (cause) {
      throw new GatewayRefusal(400, "InvalidParameter", `not percent-encoded: ${String(cause)}`);
    }
  }
  return parameters;
}

/** As forms are read: a plus sign is a blank. */
function plain(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function checkTime(timestamp: string, maxSkewMs: number): void {
  const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(timestamp);
  if (!isForm) throw new GatewayRefusal(400, "InvalidTimeStamp.Format", "Specified time stamp is malformed.");
  if (Math.abs(Date.parse(timestamp) - Date.now()) > maxSkewMs) {
    throw new GatewayRefusal(400, "InvalidTimeStamp.Expired", "Specified time stamp is expired.");
  }
}

function checkSignature(method: string, parameters: ReadonlyMap<string, string>, secret: string): void {
  const isKnown =
    parameters.get("SignatureMethod") === "HMAC-SHA1" && parameters.get("SignatureVersion") === "1.0";
  if (!isKnown) throw new GatewayRefusal(400, "InvalidParameter", "unknown way of signing");
  const canonical = [...parameters]
    .filter(([name]) => name !== "Signature")
    .map(([name, value]) => [strict(name), strict(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
  const wanted = createHmac("sha1", `${secret}&`)
    .update([method, strict("/"), strict(canonical)].join("&"))
    .digest();
  const given = Buffer.from(parameters.get("Signature") ?? "", "base64");
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new GatewayRefusal(
      400,
      "SignatureDoesNotMatch",
      "Specified signature is not matched with our calculation.",
    );
  }
}

/** Percent-encoding of everything but letters, digits and "-_.~" (RFC 3986, 2.3), byte by byte. */
function strict(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
