import { once } from "node:events";
import { createServer } from "node:http";

import { type Ear, type Heard, openEar } from "../sis/answers.ts";
import { createQuota, type Quota } from "../sis/journal.ts";
import type { ShortAudio } from "../sis/short-audio.ts";
import { createApi, type TencentCall } from "./api.ts";
import { type CallFault, createCallFaults } from "./faults.ts";
import type { TencentAccount } from "./tc3.ts";

export interface LocalTencentOptions {
  /** 0, any free port, unless told. */
  readonly port?: number;
  readonly account?: Partial<TencentAccount>;
  /** Calls of SentenceRecognition; 30 in any second, as the vendor's page has it, unless told. */
  readonly quota?: Quota;
  /** Lists of hot words that exist; none unless told. */
  readonly hotwordIds?: readonly string[];
  /** Hears instead of the embedded recognizer, which is then neither needed nor loaded. */
  readonly recognize?: (audio: ShortAudio, index: number) => Heard | Promise<Heard>;
  /** Processes of the embedded recognizer. */
  readonly workers?: number;
}

/** Tencent's speech recognition of one account on loopback. Close it when done. */
export interface LocalTencent extends AsyncDisposable {
  /** Origin of API 3.0, as in "http://127.0.0.1:41234". */
  readonly url: string;
  readonly account: TencentAccount;
  readonly calls: readonly TencentCall[];
  /** Resolves as soon as the condition holds; checked at each call's arrival and end. */
  until(condition: (calls: readonly TencentCall[]) => boolean): Promise<void>;
  failNext(fault: CallFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const defaultAccount: TencentAccount = {
  secretId: "AKIDLOCALDEMO0000000000000000000000",
  secretKey: "local-demo-secret-key-of-tencent",
  appId: "1250000000",
};

/**
 * Starts a strict double of Tencent's ASR, built from the vendor's parameter tables and seed 003, sharing nothing with the
 * client. Throws, naming the Debian packages, when the embedded recognizer is needed and missing.
 */
export async function startLocalTencent(options: LocalTencentOptions = {}): Promise<LocalTencent> {
  const account = { ...defaultAccount, ...options.account };
  const ear = await earOf(options);
  const faults = createCallFaults();
  const watchers = new Set<() => void>();
  const calls: TencentCall[] = [];
  const serve = createApi({
    account,
    ear,
    faults,
    calls,
    quota: createQuota(options.quota ?? { requests: 30, windowMs: 1000 }),
    hotwordIds: options.hotwordIds ?? [],
    changed: () => watchers.forEach((watcher) => watcher()),
  });
  const server = createServer((request, response) => void serve(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();

  const local: LocalTencent = {
    url: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`,
    account,
    calls,
    async until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = (): void => {
        if (condition(calls)) resolve();
      };
      watchers.add(check);
      check();
      await promise.finally(() => watchers.delete(check));
    },
    failNext: (fault) => faults.failNext(fault),
    clearFaults: () => faults.clear(),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, ear.close()]);
    },
    [Symbol.asyncDispose]: () => local.close(),
  };
  return local;
}

async function earOf({ recognize, workers }: LocalTencentOptions): Promise<Ear> {
  if (recognize === undefined) return openEar(workers, 60);
  return {
    hear: async (audio, { index }) => recognize(audio, index),
    close: async () => Promise.resolve(),
  };
}
