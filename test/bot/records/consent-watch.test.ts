import { once } from "node:events";

import { expect, onTestFinished, test } from "vitest";

import { type ConsentNews, watchConsent } from "../../../src/bot/records/consent-watch.ts";
import { createRunningWork } from "../../../src/bot/answers/running-work.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { temporaryFolder } from "../../store/temporary-folder.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const captioning = { refreshConsent: async () => undefined };

/** A store as two processes have it open. */
async function twoProcesses(): Promise<readonly [here: Store, elsewhere: Store]> {
  const dataDir = temporaryFolder();
  const stores = [await openStore({ dataDir }), await openStore({ dataDir })] as const;
  onTestFinished(async () => {
    await Promise.all(stores.map(async (store) => store.close()));
  });
  return stores;
}

test("work on a recording stops when its member opts out in another process, and others' goes on", async () => {
  const [here, elsewhere] = await twoProcesses();
  const running = createRunningWork();
  const { signal: never } = new AbortController();
  const [leaving, staying] = [running.begin("leaving", never), running.begin("staying", never)];
  onTestFinished(watchConsent({ running, captioning, consent: here.consent, everyMs: 10, log }));
  const stopped = once(leaving.signal, "abort");
  await elsewhere.consent.setOptedOut("leaving", true);
  await stopped;
  expect(leaving.signal.reason).toMatchObject({ why: "opted-out" });
  expect(staying.signal.aborted).toBe(false);
});

test("word of it stops the work before anybody looks", async () => {
  const [here, elsewhere] = await twoProcesses();
  const running = createRunningWork();
  const work = running.begin("42", new AbortController().signal);
  const listeners = new Set<(memberId: string) => void>();
  const news: ConsentNews = {
    async tell(memberId) {
      for (const listener of listeners) listener(memberId);
    },
    listen(onNews) {
      listeners.add(onNews);
      return () => listeners.delete(onNews);
    },
  };
  const stop = watchConsent({
    running,
    captioning,
    consent: here.consent,
    news,
    everyMs: 2_000_000_000,
    log,
  });
  const stopped = once(work.signal, "abort");
  await elsewhere.consent.setOptedOut("42", true);
  await news.tell("42");
  await stopped;
  stop();
  expect(listeners.size).toBe(0);
});
