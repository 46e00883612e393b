import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { retryAfter } from "../http-faults.ts";
import type { HttpAnswer } from "../http.ts";
import { judgeCode, judgeStatus } from "./error-codes.ts";

const CODE = /^[A-Za-z][A-Za-z0-9]{1,40}(?:\.[A-Za-z0-9]{1,60}){0,3}$/;
const REQUEST_ID = /^[\w.:-]{1,100}$/;

const envelope = z.object({
  Response: z.looseObject({
    RequestId: z.string().regex(REQUEST_ID).optional().catch(undefined),
    Error: z.object({ Code: z.string() }).optional(),
  }),
});

/** What is inside an API 3.0 answer. */
export interface TencentResponse {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
}

/**
 * Opens an answer. Errors come with status 200 and a code; whatever has another status comes from something in between.
 * Only codes and ids are taken from them, never the message. Throws RecognizerError.
 */
export function openResponse(answer: HttpAnswer): TencentResponse {
  if (answer.status !== 200) {
    throw new RecognizerError(`Tencent answered ${answer.status}`, {
      ...judgeStatus(answer.status),
      code: `HTTP.${answer.status}`,
      httpStatus: answer.status,
      retryAfterMs: retryAfter(answer.headers["retry-after"]),
    });
  }
  const response = envelope.safeParse(parseWhole(answer.body)).data?.Response;
  if (!response) throw unreadable(undefined);
  const { RequestId: requestId, Error: refusal } = response;
  if (!refusal) return { fields: response, requestId };
  if (!CODE.test(refusal.Code)) throw unreadable(requestId);
  throw new RecognizerError(`Tencent answered ${refusal.Code}`, {
    ...judgeCode(refusal.Code),
    code: `TENCENT.${refusal.Code}`,
    httpStatus: answer.status,
    requestId,
  });
}

/** JSON or nothing; numbers that JavaScript's cannot hold stay as their digits. */
function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text, wholeNumber) as unknown;
  } catch {
    return undefined;
  }
}

function wholeNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isTooLarge = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isTooLarge ? (context?.source ?? value) : value;
}

/** An answer of another shape than documented. Its text may be what somebody said, so nothing of it is kept. */
export function unreadable(requestId: string | undefined): RecognizerError {
  return new RecognizerError("Tencent answered with something unreadable", {
    kind: "malformed",
    code: "MALFORMED",
    retryable: true,
    maxRetries: 2,
    requestId,
  });
}
