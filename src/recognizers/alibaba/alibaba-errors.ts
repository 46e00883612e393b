import { z } from "zod";

import { RecognizerError, type RecognizerErrorOptions } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import { parseJson, retryAfter } from "../http-faults.ts";

/** What a refusal means: of a call, whether it is worth another try; of a task, whether handing in the recording anew is. */
type Verdict = Pick<RecognizerErrorOptions, "kind" | "retryable" | "maxRetries">;

const rejected: Verdict = { kind: "rejected", retryable: false };
const credentials: Verdict = { kind: "credentials", retryable: false };
/** It could not fetch the file. That may have been a moment of ours, as a restart; once more is enough to know. */
const unfetched: Verdict = { kind: "unavailable", retryable: true, maxRetries: 1 };
/** "If the error code is occasionally returned, ignore it": once more, then it is not occasional. */
const down: Verdict = { kind: "unavailable", retryable: true, maxRetries: 1 };
const late: Verdict = { kind: "timeout", retryable: true, maxRetries: 1 };

/** The service's status codes (seed 002, "Service status codes") by what they mean for whoever handed the recording in. */
const verdicts: ReadonlyMap<number, Verdict> = new Map<number, Verdict>([
  [41050001, rejected],
  [41050002, unfetched],
  [41050003, rejected],
  [41050004, rejected],
  [41050005, rejected],
  [41050006, rejected],
  [41050007, rejected],
  [41050008, rejected],
  [41050009, credentials],
  [41050010, { kind: "unavailable", retryable: true, maxRetries: 1 }],
  [41050011, rejected],
  [41050012, rejected],
  [41050013, rejected],
  [41050014, credentials],
  [41050015, credentials],
  [41050021, credentials],
  [41050023, unfetched],
  [41050024, unfetched],
  [41050025, unfetched],
  [41050026, unfetched],
  [51050000, down],
  [51050001, down],
  [51050002, down],
  [51050003, down],
  [51050004, down],
  [51050005, late],
  [51050006, down],
]);

/** The RPC gateway's own codes; only the first is in seed 002, the others are those of its official clients' documents. */
const gatewayVerdicts: readonly (readonly [prefix: string, verdict: Verdict])[] = [
  ["Throttling", { kind: "throttled", retryable: true }],
  ["SignatureNonceUsed", { kind: "unavailable", retryable: true }],
  ["Signature", credentials],
  ["IncompleteSignature", credentials],
  ["InvalidAccessKeyId", credentials],
  ["InvalidTimeStamp", credentials],
  ["InvalidSecurityToken", credentials],
  ["Forbidden", credentials],
  ["NoPermission", credentials],
  ["ServiceUnavailable", { kind: "unavailable", retryable: true }],
  ["InternalError", { kind: "unavailable", retryable: true }],
];

/** Translates a status code that is no success. A code nobody documented is judged by its first digit: 4 ours, 5 theirs. */
export function statusError(status: number, requestId: string | undefined): RecognizerError {
  const verdict = verdicts.get(status) ?? (String(status).startsWith("4") ? rejected : down);
  return new RecognizerError(`Alibaba answered ${status}`, {
    ...verdict,
    code: `ALIBABA.${status}`,
    requestId,
  });
}

const refusalSchema = z.object({
  Code: z.string().regex(/^[A-Za-z][\w.]{0,60}$/),
  RequestId: z.string().nullish().catch(undefined),
});

/** Translates an answer of the gateway in front of the service: `{ Code, Message, RequestId, HostId }`. Only code and id are taken. */
export function gatewayError(answer: HttpAnswer): RecognizerError | undefined {
  const body = refusalSchema.safeParse(parseJson(answer.body)).data;
  // The official client takes these for a success.
  if (body && !/^(?:OK|Success)$/i.test(body.Code)) {
    const [, verdict] = gatewayVerdicts.find(([prefix]) => body.Code.startsWith(prefix)) ?? [];
    return refused(answer, `ALIBABA.${body.Code}`, verdict ?? byStatus(answer.status), body.RequestId);
  }
  return answer.status === 200
    ? undefined
    : refused(answer, `HTTP.${answer.status}`, byStatus(answer.status), undefined);
}

function refused(
  answer: HttpAnswer,
  code: string,
  verdict: Verdict,
  requestId: string | null | undefined,
): RecognizerError {
  return new RecognizerError(`Alibaba answered ${answer.status} ${code}`, {
    ...verdict,
    code,
    httpStatus: answer.status,
    requestId: readableId(requestId),
    retryAfterMs: retryAfter(answer.headers["retry-after"]),
  });
}

function byStatus(status: number): Verdict {
  if (status === 429) return { kind: "throttled", retryable: true };
  if (status === 401 || status === 403) return credentials;
  return status < 500 ? rejected : { kind: "unavailable", retryable: true };
}

/** An answer that says success and cannot be read. Nothing of it is kept: it may be what somebody said. */
export function unreadable(): RecognizerError {
  return new RecognizerError("Alibaba answered with something unreadable", {
    kind: "malformed",
    code: "MALFORMED",
    retryable: true,
    maxRetries: 2,
  });
}

/** An id as such ids look, or nothing. */
export function readableId(id: string | null | undefined): string | undefined {
  return typeof id === "string" && /^[\w.:-]{1,100}$/.test(id) ? id : undefined;
}
