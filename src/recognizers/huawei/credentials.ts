import { RecognizerError } from "../errors.ts";
import type { RequestToSign } from "./sdk-hmac.ts";

/** Proof of who asks, good for one request or many. */
export interface Pass {
  readonly projectId: string;
  /** The headers to send: the request's own and the proof. */
  headers(request: RequestToSign): Record<string, string>;
  /** The service took it. */
  accepted(): void;
  /** The service said that it does not know who asks. Gives back the error to throw, retryable where a new pass may help. */
  refused(error: RecognizerError): RecognizerError;
}

/** Where passes come from: a login at IAM, or an access key. */
export interface Credentials {
  /** At once where a pass is at hand. Throws RecognizerError; after a refusal the same one for a while, without asking. */
  pass(signal: AbortSignal): Promise<Pass>;
  close(): void;
}

/** Remembers that somebody was refused: asking on and on would lock the user or the key. */
export interface RefusalMemory {
  /** Throws the remembered refusal while it is fresh. */
  check(): void;
  refuse(error: RecognizerError): RecognizerError;
  forget(): void;
}

const FIRST_MEMORY_MS = 60_000;
const MAX_MEMORY_MS = 900_000;

/** A refusal counts for `firstMs`, the next one in a row for `secondMs`, and so on, doubled, up to a quarter of an hour. */
export function createRefusalMemory(firstMs = FIRST_MEMORY_MS, secondMs = firstMs * 2): RefusalMemory {
  let memory: { readonly error: RecognizerError; readonly untilMs: number } | undefined;
  let nextMs = firstMs;
  return {
    check() {
      const restMs = memory ? memory.untilMs - performance.now() : 0;
      if (memory && restMs > 0) throw asFinal(memory.error, restMs);
    },
    refuse(error) {
      memory = { error, untilMs: performance.now() + nextMs };
      const final = asFinal(error, nextMs);
      nextMs = Math.min(nextMs === firstMs ? secondMs : nextMs * 2, MAX_MEMORY_MS);
      return final;
    },
    forget() {
      memory = undefined;
      nextMs = firstMs;
    },
  };
}

/** The same refusal for the next one who asks, as nothing that could be tried again right away. */
function asFinal(error: RecognizerError, retryAfterMs: number): RecognizerError {
  return new RecognizerError(error.message, {
    kind: error.kind,
    code: error.code,
    retryable: false,
    httpStatus: error.httpStatus,
    requestId: error.requestId,
    retryAfterMs: Math.ceil(retryAfterMs),
  });
}

/** The same refusal, but worth one more try at once, with a new pass. */
export function asRetryable(error: RecognizerError): RecognizerError {
  return new RecognizerError(error.message, {
    kind: error.kind,
    code: error.code,
    retryable: true,
    maxRetries: 1,
    httpStatus: error.httpStatus,
    requestId: error.requestId,
    retryAfterMs: 0,
  });
}

/** IAM took the credentials but has no project to work in; without one SIS has no address. */
export function noProject(name: string): RecognizerError {
  return new RecognizerError(`IAM has no single project named ${name}`, {
    kind: "credentials",
    code: "IAM.NO_PROJECT",
    retryable: false,
  });
}
