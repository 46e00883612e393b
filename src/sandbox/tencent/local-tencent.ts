import { once } from "node:events";
import { createServer } from "node:http";

import { type Ear, type Heard, openEar } from "../sis/answers.ts";
import type { HeardSentence } from "../alibaba/ear.ts";
import type { FetchedRecording } from "../alibaba/fetch-recording.ts";
import { createQuota, type Quota } from "../sis/journal.ts";
import type { ShortAudio } from "../sis/short-audio.ts";
import { createApi, type TencentCall } from "./api.ts";
import { type CallFault, createCallFaults } from "./faults.ts";
import { hearInSentences } from "./hear-in-sentences.ts";
import { type Realtime, serveRealtime } from "./realtime.ts";
import { createTasks, type HearRecording, type LocalTask } from "./tasks.ts";
import type { TencentAccount } from "./tc3.ts";

export interface LocalTencentOptions {
  /** 0, any free port, unless told. */
  readonly port?: number;
  readonly account?: Partial<TencentAccount>;
  /** Calls of SentenceRecognition; 30 in any second, as the vendor's page has it, unless told. */
  readonly quota?: Quota;
  /** Lists of hot words that exist; none unless told. */
  readonly hotwordIds?: readonly string[];
  /** Realtime connections at once; 20 unless told. */
  readonly maxConnections?: number;
  /** How long a realtime connection may be silent; 15,000 unless told. */
  readonly maxGapMs?: number;
  /** Hears instead of the embedded recognizer, which is then neither needed nor loaded. */
  readonly recognize?: (audio: ShortAudio, index: number) => Heard | Promise<Heard>;
  /** Hears whole recordings instead of the embedded recognizer. */
  readonly recognizeRecording?: (recording: FetchedRecording) => readonly HeardSentence[];
  /** Processes of the embedded recognizer. */
  readonly workers?: number;
}

/** Tencent's speech recognition of one account on loopback. Close it when done. */
export interface LocalTencent extends AsyncDisposable {
  /** Origin of API 3.0, as in "http://127.0.0.1:41234". */
  readonly url: string;
  readonly account: TencentAccount;
  readonly calls: readonly TencentCall[];
  /** Resolves as soon as the condition holds; checked at each call's arrival and end, and each change of a task. */
  until(condition: (local: LocalTencent) => boolean): Promise<void>;
  readonly tasks: readonly LocalTask[];
  /** Realtime connections, and what goes wrong with the next one. */
  readonly realtime: Realtime;
  /** As in "ws://127.0.0.1:41234". */
  readonly socketUrl: string;
  failNext(fault: CallFault): void;
  /** The next recording task that begins ends with this number of the callback's, as by 10001. */
  failNextTask(code: number): void;
  /** Recording tasks stay in the queue until they are released. */
  hold(): void;
  release(): void;
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
  const changed = (): void => watchers.forEach((watcher) => watcher());
  const calls: TencentCall[] = [];
  const tasks = createTasks({ hear: hearingOf(options, ear), maxBytes: 2 ** 30, changed });
  const serve = createApi({
    account,
    ear,
    faults,
    calls,
    tasks,
    quotas: {
      SentenceRecognition: createQuota(options.quota ?? { requests: 30, windowMs: 1000 }),
      CreateRecTask: createQuota({ requests: 20, windowMs: 1000 }),
      DescribeTaskStatus: createQuota({ requests: 50, windowMs: 1000 }),
    },
    hotwordIds: options.hotwordIds ?? [],
    changed,
  });
  const server = createServer((request, response) => void serve(request, response));
  const { maxConnections = 20, maxGapMs = 15_000 } = options;
  const realtime = serveRealtime(server, { account, ear, maxConnections, maxGapMs, changed });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();

  const host = `127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;

  const local: LocalTencent = {
    url: `http://${host}`,
    socketUrl: `ws://${host}`,
    realtime,
    account,
    calls,
    async until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = (): void => {
        if (condition(local)) resolve();
      };
      watchers.add(check);
      check();
      await promise.finally(() => watchers.delete(check));
    },
    tasks: tasks.all,
    failNext: (fault) => faults.failNext(fault),
    failNextTask: (code) => tasks.failNext(code),
    hold: () => tasks.hold(),
    release: () => tasks.release(),
    clearFaults: () => faults.clear(),
    async close() {
      const closed = once(server, "close");
      server.close();
      realtime.close();
      server.closeAllConnections();
      await Promise.all([closed, tasks.close()]);
      await ear.close();
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

function hearingOf({ recognizeRecording }: LocalTencentOptions, ear: Ear): HearRecording {
  if (recognizeRecording) return async (recording) => Promise.resolve(recognizeRecording(recording));
  return async (recording, signal) => hearInSentences(recording, ear, signal);
}
