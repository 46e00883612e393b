import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { LocalSis } from "../../../src/sandbox/sis/local-sis.ts";

/** What can be asked of the service's process. */
export type Order =
  | { readonly type: "fail"; readonly fault: Parameters<LocalSis["failNext"]>[0] }
  | { readonly type: "clear-faults" }
  | { readonly type: "expire-tokens" }
  | { readonly type: "revoke-tokens" }
  | { readonly type: "report" }
  | { readonly type: "close" };

/** What it has seen. */
export interface ServiceReport {
  /** Requests for recognition. */
  readonly requests: number;
  /** Clips that were recognized more than once. */
  readonly paidTwice: number;
  readonly worstSlidingSecond: number;
}

export interface ServiceStarted {
  readonly url: string;
  readonly account: LocalSis["account"];
}

/** The local SIS in a process of its own: whatever else the test does, arrivals are stamped when they come. */
export interface SpeechService extends ServiceStarted {
  failNext(fault: Parameters<LocalSis["failNext"]>[0]): void;
  clearFaults(): void;
  expireTokens(): void;
  revokeTokens(): void;
  report(): Promise<ServiceReport>;
  close(): Promise<void>;
}

/** Starts it; every clip is heard as the words that belong to its samples. */
export async function startSpeechService(seed: number): Promise<SpeechService> {
  const child = fork(join(import.meta.dirname, "speech-service-process.ts"), [String(seed)]);
  const exited = once(child, "exit");
  const [started] = (await once(child, "message")) as [ServiceStarted];
  const order = (what: Order): void => void child.send(what);
  return {
    ...started,
    failNext: (fault) => order({ type: "fail", fault }),
    clearFaults: () => order({ type: "clear-faults" }),
    expireTokens: () => order({ type: "expire-tokens" }),
    revokeTokens: () => order({ type: "revoke-tokens" }),
    async report() {
      const answer = once(child, "message");
      order({ type: "report" });
      const [report] = (await answer) as [ServiceReport];
      return report;
    },
    async close() {
      order({ type: "close" });
      await exited;
    },
  };
}
