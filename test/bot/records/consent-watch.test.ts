import { once } from "node:events";

import { expect, onTestFinished, test } from "vitest";

import { type MemberEvent, type MemberNews, watchConsent } from "../../../src/bot/records/consent-watch.ts";
import { createRunningWork } from "../../../src/bot/answers/running-work.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { temporaryFolder } from "../../store/temporary-folder.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const quiet = {
  captioning: { refreshConsent: async () => undefined },
  forgetWords: async () => undefined,
  log,
};

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
  onTestFinished(watchConsent({ ...quiet, running, consent: here.consent, everyMs: 10 }));
  const stopped = once(leaving.signal, "abort");
  await elsewhere.consent.setOptedOut("leaving", true);
  await stopped;
  expect(leaving.signal.reason).toMatchObject({ why: "opted-out" });
  expect(staying.signal.aborted).toBe(false);
});

test("word of what somebody did in another process counts before anybody looks", async () => {
  const [here, elsewhere] = await twoProcesses();
  const running = createRunningWork();
  const work = running.begin("42", new AbortController().signal);
  const listeners = new Set<(event: MemberEvent) => void>();
  const forgotten: string[] = [];
  const news: MemberNews = {
    async tell(event) {
      for (const listener of listeners) listener(event);
    },
    listen(onNews) {
      listeners.add(onNews);
      return () => listeners.delete(onNews);
    },
  };
  const stop = watchConsent({
    ...quiet,
    running,
    consent: here.consent,
    news,
    async forgetWords(memberId) {
      forgotten.push(memberId);
    },
    everyMs: 2_000_000_000,
  });
  const stopped = once(work.signal, "abort");
  await elsewhere.consent.setOptedOut("42", true);
  await news.tell({ type: "deleted", memberId: "43" });
  await news.tell({ type: "decided", memberId: "42" });
  await stopped;
  stop();
  expect([forgotten, listeners.size]).toEqual([["43"], 0]);
});
