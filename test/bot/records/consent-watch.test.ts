import { once } from "node:events";

import { expect, onTestFinished, test } from "vitest";

import { watchConsent } from "../../../src/bot/records/consent-watch.ts";
import { createRunningWork } from "../../../src/bot/answers/running-work.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { temporaryFolder } from "../../store/temporary-folder.ts";

test("work on a recording stops when its member opts out in another process, and others' goes on", async () => {
  const dataDir = temporaryFolder();
  const [here, elsewhere] = [await openStore({ dataDir }), await openStore({ dataDir })];
  const running = createRunningWork();
  const { signal: never } = new AbortController();
  const [leaving, staying] = [running.begin("leaving", never), running.begin("staying", never)];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const stop = watchConsent({ running, consent: here.consent, everyMs: 10, log });
  onTestFinished(async () => {
    stop();
    await Promise.all([here.close(), elsewhere.close()]);
  });
  const stopped = once(leaving.signal, "abort");
  await elsewhere.consent.setOptedOut("leaving", true);
  await stopped;
  expect(leaving.signal.reason).toMatchObject({ why: "opted-out" });
  expect(staying.signal.aborted).toBe(false);
});
