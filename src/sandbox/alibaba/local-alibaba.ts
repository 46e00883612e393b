import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { play, sendJson } from "../sis/faults.ts";
import { createQuota } from "../sis/journal.ts";
import { newRequestId, statusBody, taskBody } from "./bodies.ts";
import { type Ear, type HeardSentence, openEar } from "./ear.ts";
import { type CallFault, createCallFaults, type Endpoint } from "./faults.ts";
import type { FetchedRecording } from "./fetch-recording.ts";
import { type AlibabaAccount, createGateway } from "./rpc.ts";
import { GatewayRefusal, StatusRefusal } from "./status.ts";
import { readTask } from "./task-rules.ts";
import { createTasks, type LocalTask } from "./tasks.ts";

export interface LocalAlibabaOptions {
  /** 0, any free port, unless told. */
  readonly port?: number;
  readonly account?: Partial<AlibabaAccount>;
  /** "2019-08-23" unless told. */
  readonly apiVersion?: string;
  /** 16000 unless told. */
  readonly modelRate?: 8000 | 16000;
  /** 512 MB unless told. */
  readonly maxBytes?: number;
  /** How long a task waits in the queue; 0 unless told. */
  readonly queueMs?: number;
  /** Whether callbacks are sent where they are asked for; true unless told. */
  readonly sendsCallbacks?: boolean;
  /** Hears instead of the embedded recognizer, which is then neither needed nor loaded. */
  readonly recognize?: (recording: FetchedRecording) => readonly HeardSentence[];
  /** Processes of the embedded recognizer. */
  readonly workers?: number;
  /** Questions a second; 100 unless told (seed 002). */
  readonly questionsPerSecond?: number;
}

/** A call as the double saw it: never a key, an address or a word. */
export interface AlibabaCall {
  readonly endpoint: Endpoint | "unknown";
  readonly arrivedMs: number;
  /** HTTP status; undefined where none was ever sent. */
  httpStatus: number | undefined;
  /** The gateway's code or the service's status code; undefined where it was lost. */
  code: string | undefined;
}

/** Alibaba's recording file recognition of one account on loopback. Close it when done. */
export interface LocalAlibaba extends AsyncDisposable {
  readonly url: string;
  readonly account: AlibabaAccount;
  readonly calls: readonly AlibabaCall[];
  readonly tasks: readonly LocalTask[];
  /** Resolves as soon as the condition holds; checked at each call and each change of a task. */
  until(condition: (local: LocalAlibaba) => boolean): Promise<void>;
  failNext(fault: CallFault): void;
  /** The next task that begins ends so, as by 41050002. */
  failNextTask(statusCode: number): void;
  clearFaults(): void;
  /** Tasks stay in the queue until they are released. */
  hold(): void;
  release(): void;
  /** All tasks expire (41050010), as three days after their end. */
  forgetTasks(): void;
  close(): Promise<void>;
}

const defaultAccount: AlibabaAccount = {
  accessKeyId: "LTAILOCALDEMO0000000",
  accessKeySecret: "local-demo-access-key-secret-0",
  appkey: "LocalDemoAppkey1",
};

const mostBodyBytes = 2 ** 20;

/**
 * Starts a strict double of recording file recognition: built from seed 002, sharing nothing with the client. It really
 * fetches the recordings and really posts callbacks. Throws, naming the Debian packages, when the embedded recognizer
 * is needed and missing.
 */
export async function startLocalAlibaba(options: LocalAlibabaOptions = {}): Promise<LocalAlibaba> {
  const account = { ...defaultAccount, ...options.account };
  const faults = createCallFaults();
  const watchers = new Set<() => void>();
  const changed = (): void => watchers.forEach((watcher) => watcher());
  const tasks = createTasks({
    ear: await earOf(options),
    rules: { maxBytes: options.maxBytes ?? 512 * 2 ** 20, modelRate: options.modelRate ?? 16_000 },
    queueMs: options.queueMs ?? 0,
    sendsCallbacks: options.sendsCallbacks ?? true,
    changed,
  });
  // Fifteen minutes is what the clients' documents tell; the seed says nothing of it.
  const rules = { account, apiVersion: options.apiVersion ?? "2019-08-23", maxSkewMs: 15 * 60_000 };
  const gateway = createGateway(rules);
  const quota = createQuota({ requests: options.questionsPerSecond ?? 100, windowMs: 1000 });
  const calls: AlibabaCall[] = [];

  const answer = (action: string, parameters: ReadonlyMap<string, string>): Record<string, unknown> => {
    if (action === "SubmitTask") {
      const { taskId } = tasks.take(readTask(parameters.get("Task"), account.appkey));
      return statusBody(21050000, taskId);
    }
    if (!quota.take(performance.now())) {
      throw new GatewayRefusal(400, "Throttling.User", "Request was denied due to user flow control.");
    }
    const facts = tasks.find(parameters.get("TaskId") ?? "");
    return facts ? taskBody(facts) : statusBody(41050010, parameters.get("TaskId") ?? "");
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call: AlibabaCall = {
      endpoint: request.method === "POST" ? "submit" : request.method === "GET" ? "ask" : "unknown",
      arrivedMs: performance.now(),
      httpStatus: undefined,
      code: undefined,
    };
    const signal = watch(response, call);
    const fault = call.endpoint === "unknown" ? undefined : faults.take(call.endpoint);
    try {
      const body = await readBody(request);
      if (fault && !fault.afterwards && (await playFault(fault, response, signal)) === "played") return;
      const { action, parameters } = gateway.read(
        request.method ?? "",
        new URL(request.url ?? "/", "http://localhost"),
        body,
      );
      const said = answer(action, parameters);
      if (fault?.afterwards && (await playFault(fault, response, signal)) === "played") return;
      call.code = String(said["StatusCode"]);
      sendJson(response, 200, said);
    } catch (error) {
      if (!signal.aborted) refuse(response, call, error);
    }
  };

  const watch = (response: ServerResponse, call: AlibabaCall): AbortSignal => {
    const gone = new AbortController();
    calls.push(call);
    response.once("close", () => {
      call.httpStatus = response.headersSent ? response.statusCode : undefined;
      gone.abort();
      changed();
    });
    changed();
    return gone.signal;
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();

  const local: LocalAlibaba = {
    url: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`,
    account,
    calls,
    tasks: tasks.all,
    async until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = (): void => {
        if (condition(local)) resolve();
      };
      watchers.add(check);
      check();
      await promise.finally(() => watchers.delete(check));
    },
    failNext: (fault) => faults.failNext(fault),
    failNextTask: (statusCode) => tasks.failNext(statusCode),
    clearFaults: () => faults.clear(),
    hold: () => tasks.hold(),
    release: () => tasks.release(),
    forgetTasks: () => tasks.forget(),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, tasks.close()]);
    },
    [Symbol.asyncDispose]: () => local.close(),
  };
  return local;
}

async function earOf({ recognize, workers }: LocalAlibabaOptions): Promise<Ear> {
  if (recognize === undefined) return openEar(workers);
  return {
    hear: async (recording) => await Promise.resolve(recognize(recording)),
    close: async () => await Promise.resolve(),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBodyBytes) throw new GatewayRefusal(413, "RequestEntityTooLarge", "too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

async function playFault(
  fault: CallFault,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<"played" | "go on"> {
  if (fault.kind === "gateway") {
    throw new GatewayRefusal(fault.httpStatus ?? 400, fault.code, "played on cue");
  }
  if (fault.kind === "refuse") throw new StatusRefusal(fault.statusCode);
  return await play(fault, { response, requestId: newRequestId(), signal });
}

function refuse(response: ServerResponse, call: AlibabaCall, error: unknown): void {
  if (error instanceof StatusRefusal) {
    call.code = String(error.statusCode);
    return sendJson(response, 200, statusBody(error.statusCode, ""));
  }
  const { httpStatus, code, message } =
    error instanceof GatewayRefusal ? error : new GatewayRefusal(500, "InternalError", "unknown");
  call.code = code;
  const body = { Code: code, Message: message, RequestId: newRequestId(), HostId: "filetrans.local" };
  sendJson(response, httpStatus, body);
}
