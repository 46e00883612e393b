import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  canonicalRequest,
  signSdkHmac,
  type RequestToSign,
} from "../../../src/recognizers/huawei/sdk-hmac.ts";
import made from "./sdk-hmac-vectors.json" with { type: "json" };

const { key, vectors } = made;
const at = new Date("2025-03-10T08:15:30.999Z");

function signOfficially(request: RequestToSign, data: unknown): string | undefined {
  const url = new URL(request.url);
  const queryParams = Object.fromEntries(
    [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]),
  );
  const endpoint = url.origin + url.pathname;
  const headers = { ...request.headers, "X-Sdk-Date": "20250310T081530Z" };
  const signed: { readonly Authorization?: string } = AKSKSigner.sign(
    { endpoint, url: endpoint, method: request.method, headers, queryParams, data },
    new BasicCredentials().withAk(key.accessKey).withSk(key.secretKey),
  );
  return signed.Authorization;
}

describe("the signature", () => {
  test.each(vectors)(
    "of $name is the one the official signer gave",
    ({ method, url, headers, body, authorization }) => {
      const request = { method, url, headers: headers as Record<string, string>, body: bytes(body) };
      expect(signSdkHmac(request, key, at)["Authorization"]).toBe(authorization);
    },
  );

  test("is the official signer's for any request with a JSON body", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 });
    const segment = fc.stringMatching(/^[\w.~-]{1,12}$/);
    const headerName = fc.stringMatching(/^X-[A-Z][a-z]{1,8}$/);
    const headerValue = fc.stringMatching(/^[!-~]{1,20}$/);
    const request = fc.record({
      path: fc.array(segment, { maxLength: 4 }),
      query: fc.array(fc.tuple(segment, text), { maxLength: 6 }),
      headers: fc.dictionary(headerName, headerValue, { maxKeys: 5 }),
      data: fc.record({ text, number: fc.integer() }),
    });
    fc.assert(
      fc.property(request, ({ path, query, headers, data }) => {
        const url = new URL(`https://sis-ext.region-1.example.com:8443/${path.join("/")}`);
        for (const [name, value] of query) url.searchParams.append(name, value);
        const toSign = {
          method: "POST",
          url,
          headers: { ...headers, "content-type": "application/json" },
          body: bytes(JSON.stringify(data)),
        };
        expect(signSdkHmac(toSign, key, at)["Authorization"]).toBe(signOfficially(toSign, data));
      }),
      { seed: 20250310, numRuns: 300 },
    );
  });

  test("covers everything that is sent with it", () => {
    const base = {
      method: "POST",
      url: "https://example.com/a?b=c",
      headers: { "X-One": "1" },
      body: bytes("{}"),
    };
    const changed = [
      base,
      { ...base, method: "PUT" },
      { ...base, url: "https://example.com/b?b=c" },
      { ...base, url: "https://example.com/a?b=d" },
      { ...base, url: "https://example.com:444/a?b=c" },
      { ...base, headers: { "X-One": "2" } },
      { ...base, headers: { "X-Two": "1" } },
      { ...base, body: bytes("{ }") },
    ].map((request) => signSdkHmac(request, key, at)["Authorization"]);
    expect(new Set(changed).size).toBe(changed.length);
  });

  test("sends and signs a temporary key's token", () => {
    const headers = signSdkHmac(
      { method: "GET", url: "https://example.com/", headers: {} },
      { ...key, securityToken: "dG9rZW4=" },
      at,
    );
    expect(headers["X-Security-Token"]).toBe("dG9rZW4=");
    expect(headers["Authorization"]).toContain("SignedHeaders=host;x-sdk-date;x-security-token,");
  });
});

test("the canonical request spells the parts as the gateway does", () => {
  const canonical = canonicalRequest({
    method: "get",
    url: "https://iam.example.com/v3/projects?name=b%20c&name=a&enabled=",
    headers: { "X-Sdk-Date": "20250310T081530Z", host: "iam.example.com" },
  });
  expect(canonical.split("\n")).toEqual([
    "GET",
    "/v3/projects/",
    "enabled=&name=a&name=b%20c",
    "host:iam.example.com",
    "x-sdk-date:20250310T081530Z",
    "",
    "host;x-sdk-date",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ]);
});

function bytes(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}
