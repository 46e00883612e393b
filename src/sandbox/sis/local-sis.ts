import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";

import { openEar } from "./answers.ts";
import type { Ear, Heard } from "./answers.ts";
import { control } from "./control.ts";
import { createExchange, headersTooLarge } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { createIdentity } from "./identity.ts";
import type { Account, IdentityRules } from "./identity.ts";
import { createJournal, createQuota } from "./journal.ts";
import type { Quota, SisRequest } from "./journal.ts";
import { bodyOf } from "./refusal.ts";
import type { ShortAudio, ShortAudioRules } from "./short-audio.ts";

export interface LocalSisOptions {
  /** 0, any free port, unless told. */
  readonly port?: number;
  readonly account?: Partial<Account>;
  readonly identity?: Partial<IdentityRules>;
  readonly audio?: Partial<ShortAudioRules>;
  /** 3 in any second (seed 000 §3) unless told. */
  readonly quota?: Quota;
  /** How long each answer takes beyond its recognition; 0 unless told. */
  readonly delayMs?: number | (() => number);
  /** Hears instead of the embedded recognizer, which is then neither needed nor loaded. */
  readonly recognize?: (audio: ShortAudio, index: number) => Heard | Promise<Heard>;
  /** Processes of the embedded recognizer. */
  readonly workers?: number;
  /** How long an idle connection is kept; 60,000 unless told. */
  readonly keepAliveMs?: number;
}

/** SIS and IAM of one account on loopback. Close it when done. */
export interface LocalSis extends AsyncDisposable {
  /** Origin of both services, as in "http://127.0.0.1:41234". */
  readonly url: string;
  readonly account: Account;
  /** All requests so far, in the order of their arrival; the latest hundred thousand. */
  readonly requests: readonly SisRequest[];
  /** TCP connections that were opened so far. */
  readonly connections: number;
  /** Most requests for recognition that arrived within one second, wherever it begins. */
  worstSlidingSecond(): number;
  /** Resolves as soon as the requests fulfil the condition; checked at each arrival, body and end. */
  until(condition: (requests: readonly SisRequest[]) => boolean): Promise<void>;
  /** Plays a fault on the next request or requests of an endpoint. */
  failNext(fault: Fault): void;
  clearFaults(): void;
  /** All tokens become outdated (401 APIG.0307), as after a change of password. */
  revokeTokens(): void;
  /** All tokens expire (401 APIG.0301). */
  expireTokens(): void;
  forgetRequests(): void;
  close(): Promise<void>;
}

const defaultAccount: Account = {
  domainName: "earshot-demo",
  username: "earshot",
  password: "correct horse battery staple",
  region: "ap-southeast-3",
  projectId: "0123456789abcdef0123456789abcdef",
  accessKey: "LOCALDEMOKEY00000001",
  secretKey: "local-demo-secret-key-of-forty-characters",
};

const identityRules: IdentityRules = {
  tokenLength: 3500,
  tokenLifetimeMs: 24 * 3600 * 1000,
  lockAfter: 5,
  lockMs: 5 * 60 * 1000,
  maxSkewMs: 15 * 60 * 1000,
};

const audioRules: ShortAudioRules = {
  maxSeconds: 30,
  maxBase64Bytes: 2_000_000,
  site: "chinese",
  vocabularies: [],
};

/**
 * Starts a strict double of SIS and IAM: built from seed 000 and the signing guide, sharing nothing with the client. Throws,
 * naming the Debian packages, when the embedded recognizer is needed and missing.
 */
export async function startLocalSis(options: LocalSisOptions = {}): Promise<LocalSis> {
  const audio = { ...audioRules, ...options.audio };
  const account = { ...defaultAccount, ...options.account };
  const ear = await earOf(options, Math.max(audio.maxSeconds, 60));
  const identity = createIdentity(account, { ...identityRules, ...options.identity });
  const journal = createJournal();
  const faults = createFaults();
  const watchers = new Set<() => void>();
  let connections = 0;

  const { delayMs = 0 } = options;
  const server = createServer(
    // All headers together may have 128 KB at the gateway; a token alone can pass Node's own 16 KB.
    { maxHeaderSize: 128 * 1024, keepAliveTimeout: options.keepAliveMs ?? 60_000 },
    createExchange({
      service: {
        account,
        identity,
        ear,
        audio,
        delayMs: typeof delayMs === "number" ? () => delayMs : delayMs,
      },
      journal,
      faults,
      quota: createQuota(options.quota ?? { requests: 3, windowMs: 1000 }),
      control: (call, body) => control(sis, call, body),
      changed: () => watchers.forEach((watcher) => watcher()),
    }),
  );
  server.on("connection", () => (connections += 1));
  server.on("clientError", answerClientError);
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;

  const sis: LocalSis = {
    url: `http://127.0.0.1:${port}`,
    account,
    requests: journal.requests,
    get connections() {
      return connections;
    },
    worstSlidingSecond: () => journal.worstSlidingSecond(),
    async until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = (): void => {
        if (condition(journal.requests)) resolve();
      };
      watchers.add(check);
      check();
      await promise.finally(() => watchers.delete(check));
    },
    failNext: (fault) => faults.failNext(fault),
    clearFaults: () => faults.clear(),
    revokeTokens: () => identity.revokeTokens(),
    expireTokens: () => identity.expireTokens(),
    forgetRequests: () => journal.clear(),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, ear.close()]);
    },
    [Symbol.asyncDispose]: () => sis.close(),
  };
  return sis;
}

async function earOf({ recognize, workers }: LocalSisOptions, maxSeconds: number): Promise<Ear> {
  if (recognize === undefined) return openEar(workers, maxSeconds);
  return {
    hear: async (audio, { index }) => recognize(audio, index),
    close: async () => Promise.resolve(),
  };
}

/** What Node's parser refuses never becomes a request: the gateway answers it all the same. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== "HPE_HEADER_OVERFLOW" || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = headersTooLarge();
  const body = JSON.stringify(bodyOf(refusal, "en-us", ""));
  socket.end(
    `HTTP/1.1 ${refusal.httpStatus} Request Header Too Large\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
