import { onTestFinished } from "vitest";

import {
  createSis,
  type Sis,
  type SisCredentials,
  type SisOptions,
} from "../../../src/recognizers/huawei/sis.ts";
import type { Service } from "../service.ts";

export const accessKey = {
  type: "ak-sk",
  accessKey: "MADEUPKEY",
  secretKey: "made-up-secret",
} as const satisfies SisCredentials;

export const password: SisCredentials = {
  type: "password",
  username: "user-1",
  password: "made-up password",
  domainName: "account-1",
  projectName: "region-1",
};

/** A client of services on loopback; it ends with the test. */
export function sisFor(sis: Service, iam: Service, options: Partial<SisOptions> = {}): Sis {
  const client = createSis({
    property: "english_16k_common",
    addPunc: "yes",
    region: "region-1",
    endpoint: sis.url,
    iamEndpoint: iam.url,
    credentials: accessKey,
    maxClipSeconds: 30,
    maxBase64Bytes: 2_000_000,
    timeoutSeconds: 10,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}
