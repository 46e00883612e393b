import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import { expect, onTestFinished, test, vi } from "vitest";

import { heard, startService } from "../service.ts";
import { accessKey } from "./sis-client.ts";
import { signatureOf, signAgain } from "./signed-again.ts";

test("the vendor's own client signs its requests as our signer does", async () => {
  // It writes a file to the home folder.
  const home = mkdtempSync(join(tmpdir(), "earshot-home-"));
  vi.stubEnv("HOME", home);
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const service = await startService(heard("a"));
  const client = new ClientBuilder((one) => one)
    .withCredential(
      new BasicCredentials()
        .withAk(accessKey.accessKey)
        .withSk(accessKey.secretKey)
        .withProjectId("project-1"),
    )
    .withEndpoint(service.url)
    .build();
  await client.sendRequest({
    method: "POST",
    url: "/v1/{project_id}/asr/short-audio",
    contentType: "application/json;charset=UTF-8",
    queryParams: { one: "two words", tag: ["b", "a"] },
    pathParams: {},
    headers: {},
    data: { config: { audio_format: "pcm16k16bit", property: "english_16k_common" }, data: "AAAA" },
  });
  const [arrival] = service.arrivals;
  expect(signAgain(service, arrival)).toBe(signatureOf(arrival));
});
