import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { signedParameters } from "../../../src/recognizers/alibaba/rpc-signature.ts";

interface Vector {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly params: Record<string, string>;
  readonly action: string;
  readonly version: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly canonicalizedQuery: string;
  readonly signature: string;
}

const { vectors } = JSON.parse(readFileSync(join(import.meta.dirname, "rpc-vectors.json"), "utf8")) as {
  readonly vectors: readonly Vector[];
};

test.each(vectors)("signs as the official client does: $name", (vector) => {
  const { accessKeyId, accessKeySecret, method, action, version, params } = vector;
  const signed = signedParameters(
    { method, action, version, params },
    { accessKeyId, accessKeySecret },
    { nonce: vector.nonce, at: new Date(vector.timestamp) },
  );
  expect(signed).toBe(`${vector.canonicalizedQuery}&Signature=${encodeURIComponent(vector.signature)}`);
});

test("a temporary key's security token is signed too", () => {
  const key = { accessKeyId: "id", accessKeySecret: "secret", securityToken: "token/1" };
  const call = { method: "GET" as const, action: "GetTaskResult", version: "2018-08-17", params: {} };
  const moment = { nonce: "n", at: new Date("2024-06-15T12:00:00.999Z") };
  expect(signedParameters(call, key, moment)).toContain("&SecurityToken=token%2F1&");
  expect(signedParameters(call, key, moment)).toContain("&Timestamp=2024-06-15T12%3A00%3A00Z&");
});
