import type { RecognizerErrorKind } from "../errors.ts";

/** What a refusal means for whoever called. */
export interface Verdict {
  readonly kind: RecognizerErrorKind;
  readonly retryable: boolean;
  readonly maxRetries?: number;
}

const rejected: Verdict = { kind: "rejected", retryable: false };
/** Keys, rights, and accounts that are not activated, used up or in arrears. */
const account: Verdict = { kind: "credentials", retryable: false };
const throttled: Verdict = { kind: "throttled", retryable: true };
const down: Verdict = { kind: "unavailable", retryable: true };
/** It may well have been the audio. */
const once: Verdict = { kind: "unavailable", retryable: true, maxRetries: 1 };

/** API 3.0, version 2019-06-14: codes, and first words of codes that stand for the rest of their family. */
const codes: Readonly<Record<string, Verdict>> = {
  AuthFailure: account,
  UnauthorizedOperation: account,
  IpInBlacklist: account,
  IpNotInWhitelist: account,
  "FailedOperation.CheckAuthInfoFailed": account,
  "FailedOperation.ServiceIsolate": account,
  "FailedOperation.UserHasNoAmount": account,
  "FailedOperation.UserHasNoFreeAmount": account,
  "FailedOperation.UserNotRegistered": account,
  LimitExceeded: account,
  RequestLimitExceeded: throttled,
  FailedOperation: once,
  "FailedOperation.ErrorDownFile": rejected,
  "FailedOperation.NoSuchTask": rejected,
  InternalError: down,
  ResourceInsufficient: down,
  ResourceUnavailable: down,
  ServiceUnavailable: down,
};

/** Realtime recognition's numbers. */
const numbers: Readonly<Record<string, Verdict>> = {
  4002: account,
  4003: account,
  4004: account,
  4005: account,
  4006: throttled,
  // No audio for a while, or the connection lost: a new one heals it.
  4008: once,
  4009: down,
  5000: down,
  5001: down,
  5002: down,
  // A call from abroad to the mainland's service.
  6001: account,
};

/** Judges an API 3.0 code by itself or by its first word; whatever is not known is the request's fault. */
export function judgeCode(code: string): Verdict {
  return codes[code] ?? codes[code.split(".", 1)[0] ?? ""] ?? rejected;
}

/** Judges a number of the realtime socket. */
export function judgeNumber(number: number): Verdict {
  return numbers[number] ?? (number >= 5000 ? down : rejected);
}

/** Judges an answer whose status is not 200: it comes from a gateway or a proxy. */
export function judgeStatus(status: number): Verdict {
  if (status === 429) return throttled;
  if (status === 401 || status === 403) return account;
  return status >= 500 || status === 408 ? down : rejected;
}
