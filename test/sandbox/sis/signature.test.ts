import { GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { describe, expect, test } from "vitest";

import { accessKeyOf, verifySignature } from "../../../src/sandbox/sis/signature.ts";
import type { SignedRequest } from "../../../src/sandbox/sis/signature.ts";

const accessKey = "AKEXAMPLE00000000001";
const secretKey = "sk-example-not-a-real-secret-000000001";
const date = "20240615T120000Z";
const nowMs = Date.parse("2024-06-15T12:00:00Z");
const minute = 60_000;

interface Unsigned {
  readonly method?: string;
  readonly url: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: object;
}

/** Signed by Huawei's own signer, and as it then goes over the wire. */
function signed({ method = "POST", url, query = {}, headers = {}, data }: Unsigned): SignedRequest {
  const credential = new GlobalCredentials().withAk(accessKey).withSk(secretKey);
  const request = {
    method,
    endpoint: url,
    queryParams: structuredClone(query),
    headers: { "content-type": "application/json", "X-Sdk-Date": date, ...headers },
    data,
  };
  const all: Record<string, string> = AKSKSigner.sign(request, credential);
  const { pathname } = new URL(url);
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const search = pairs.map((pair) => pair.map((part) => encodeURIComponent(part ?? "")).join("=")).join("&");
  return {
    method,
    target: search === "" ? pathname : `${pathname}?${search}`,
    headers: Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(data === undefined ? "" : JSON.stringify(data)),
  };
}

const secretOf = (key: string): string | undefined => (key === accessKey ? secretKey : undefined);

function verify(request: SignedRequest, skewMs = 0): void {
  verifySignature(request, { secretOf, maxSkewMs: 15 * minute, nowMs: nowMs + skewMs });
}

const shortAudio = {
  url: "http://127.0.0.1:8787/v1/0123456789abcdef0123456789abcdef/asr/short-audio",
  data: { config: { audio_format: "wav", property: "english_16k_common" }, data: "UklGRg==" },
};

describe("a signature of Huawei's own signer is right (seed 000 §4.2) for", () => {
  test.each<[string, Unsigned]>([
    ["the call that is made most, with a port in the host", shortAudio],
    [
      "a GET with a query and no body",
      { method: "GET", url: "https://iam.example.com/v3/projects", query: { name: "x" } },
    ],
    [
      "an unsorted query with a repeated name, blanks, slashes and other alphabets",
      {
        url: "https://sis.example.com/v1/p/asr/flash",
        query: { property: "a", audio_format: "wav", key: "a b/c+d~e_(x)*'中文.wav", tag: ["z", "a", "m"] },
      },
    ],
    ["temporary keys", { ...shortAudio, headers: { "X-Security-Token": "TEMPTOKEN==" } }],
    [
      "other alphabets in the body",
      { url: "https://sis.example.com/v1/p/tts", data: { text: "欢迎使用语音云服务。" } },
    ],
    ["a body that is not signed", { ...shortAudio, headers: { "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD" } }],
  ])("%s", (_, request) => {
    expect(() => verify(signed(request))).not.toThrow();
  });
});

type Change = (request: SignedRequest) => SignedRequest;

function refusal(change: Change, skewMs = 0): () => void {
  return () => verify(change(signed(shortAudio)), skewMs);
}

function withHeader(name: string, value: string | undefined): () => void {
  return refusal((one) => ({ ...one, headers: { ...one.headers, [name]: value } }));
}

function authorization(change: (value: string) => string): () => void {
  return refusal((one) => {
    const value = String(one.headers["authorization"]);
    return { ...one, headers: { ...one.headers, authorization: change(value) } };
  });
}

describe("a signature is refused", () => {
  test("of another secret, method, path or body", () => {
    expect(refusal((one) => ({ ...one, method: "PUT" }))).toThrow("verify aksk signature fail");
    expect(refusal((one) => ({ ...one, target: `${one.target}x` }))).toThrow("verify aksk signature fail");
    expect(refusal((one) => ({ ...one, body: Buffer.from("{}") }))).toThrow("verify aksk signature fail");
  });

  test("of an unknown access key", () => {
    expect(authorization((value) => value.replace(accessKey, "NOBODY"))).toThrow("ak does not exist");
  });

  test("when the clocks are more than 15 minutes apart, either way", () => {
    expect(refusal((one) => one, 15 * minute)).not.toThrow();
    expect(refusal((one) => one, 15 * minute + 1)).toThrow("signature expired");
    expect(refusal((one) => one, -15 * minute - 1)).toThrow("signature expired");
  });

  test.each([undefined, "", "yesterday", "2024-06-15T12:00:00Z"])("with the date %j", (value) => {
    expect(withHeader("x-sdk-date", value)).toThrow("signature expired");
  });

  test.each(["", "Basic eHg6eHg=", "SDK-HMAC-SHA256 Credential=AK, SignedHeaders=host, Signature=00"])(
    "in the form %j",
    (value) => {
      expect(withHeader("authorization", value)).toThrow("malformed");
    },
  );

  test("when host or date is not among the signed headers, or they are out of order", () => {
    expect(authorization((value) => value.replace("host;", ""))).toThrow("host is not signed");
    expect(authorization((value) => value.replace(";x-sdk-date", ""))).toThrow("x-sdk-date is not signed");
    expect(authorization((value) => value.replace("content-type;host", "host;content-type"))).toThrow(
      "not sorted",
    );
  });

  test("when a signed header is missing from the request", () => {
    expect(withHeader("content-type", undefined)).toThrow("content-type is missing");
  });

  test("when the payload's hash is claimed, and wrong or unsigned", () => {
    const request = signed({ ...shortAudio, headers: { "X-Sdk-Content-Sha256": "00" } });
    expect(() => verify(request)).toThrow("not the signed one");
    expect(withHeader("x-sdk-content-sha256", "UNSIGNED-PAYLOAD")).toThrow("not signed");
  });
});

test("the access key is known even when the rest of the header is wrong", () => {
  expect(accessKeyOf("SDK-HMAC-SHA256 Access=ABC, nonsense")).toBe("ABC");
  expect(accessKeyOf("Bearer x")).toBeUndefined();
});
