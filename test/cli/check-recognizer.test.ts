import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { checkRecognizers } from "../../src/cli/doctor/check-recognizer.ts";
import { readConfig } from "../../src/config.ts";
import { startLocalTencent } from "../../src/sandbox/tencent/local-tencent.ts";

test.each([
  ["grow, where the account's number is right", "1250000000", "ok", /grow while people speak/],
  ["do not, where it is wrong: the doctor says why", "7", "broken", /TENCENT\.REALTIME\.4003/],
])("Tencent's captions %s", async (_, appId, status, said) => {
  const local = await startLocalTencent({ recognize: () => ({ text: "one two three", score: 0 }) });
  const dataDir = await mkdtemp(join(tmpdir(), "earshot-doctor-"));
  onTestFinished(async () => {
    await local.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const env = {
    RECOGNIZER: "tencent",
    TENCENTCLOUD_SECRET_ID: local.account.secretId,
    TENCENTCLOUD_SECRET_KEY: local.account.secretKey,
    TENCENT_ENDPOINT: local.url,
    TENCENT_REALTIME_ENDPOINT: local.socketUrl,
    TENCENT_APP_ID: appId,
    DATA_DIR: dataDir,
  };
  const config = readConfig(env, { discord: false, recognizer: true });
  const [clips, stream] = await checkRecognizers(config, ["tencent"], AbortSignal.timeout(60_000));
  expect(clips).toMatchObject({ status: "ok" });
  expect(stream).toMatchObject({ status, said: expect.stringMatching(said) as string });
});
