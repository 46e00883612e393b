import { expect, test } from "vitest";

import { sha256, signedSocketUrl, signTc3 } from "../../../src/recognizers/tencent/signatures.ts";
import sha1 from "./tencent-sha1-vectors.json" with { type: "json" };
import tc3 from "./tencent-tc3-vectors.json" with { type: "json" };

const ofAsr = tc3.vectors.filter(({ service }) => service === "asr");

test.each(ofAsr.map((vector) => [vector.name, vector] as const))(
  "a request like %s is signed as the vendor's own client signs it",
  (_, vector) => {
    const { secretId, secretKey, url, contentType, bodyText, timestamp, authorization } = vector;
    const about = { hostname: new URL(url).hostname, contentType, bodySha256: sha256(bodyText), timestamp };
    expect(signTc3(about, { secretId, secretKey })).toBe(authorization);
  },
);

test("a realtime connection's address is signed as the vendor's own client signs it", () => {
  const vector = sha1.vectors.find(({ name }) => name === "realtime-v2");
  const url = new URL(vector?.url ?? "");
  const { signature, ...parameters } = Object.fromEntries(url.searchParams);
  expect(signature).toBe(vector?.signature);
  const address = { origin: url.origin, host: url.host, path: url.pathname };
  const key = { secretId: "AKIDEXAMPLE", secretKey: sha1.secretKey };
  expect(signedSocketUrl(address, parameters, key)).toBe(vector?.url);
});
