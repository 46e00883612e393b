import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import { parseJson, retryAfter } from "../http-faults.ts";
import { judge } from "./error-codes.ts";

/** Whose answer it was, for messages. */
export type Service = "SIS" | "IAM";

/** The shapes of refusals: SIS and the gateway, IAM with a number or a code of its own. Nothing in them is certain. */
const refusalSchema = z.object({
  error_code: z.string().nullish().catch(undefined),
  trace_id: z.string().nullish().catch(undefined),
  request_id: z.string().nullish().catch(undefined),
  error: z.object({ code: z.unknown() }).nullish().catch(undefined),
});

const CODE = /^[A-Za-z][A-Za-z0-9_]{1,20}\.[A-Za-z0-9_.]{1,30}$/;
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/**
 * Translates any answer that is no success (SIS 6.7, 6.8). Only codes and ids are taken from it, never its message. Where it
 * has no code, `family` and its HTTP status stand for one.
 */
export function refusal(answer: HttpAnswer, service: Service, family = "HTTP"): RecognizerError {
  const body = refusalSchema.safeParse(parseJson(answer.body)).data;
  const code = [body?.error_code, body?.error?.code].find(isCode);
  const verdict = judge(code, answer.status);
  return new RecognizerError(`${service} answered ${answer.status} ${code ?? ""}`.trimEnd(), {
    ...verdict,
    code: code ?? `${family}.${answer.status}`,
    httpStatus: answer.status,
    requestId: requestIdOf(answer, body?.trace_id ?? body?.request_id),
    retryAfterMs: retryAfter(answer.headers["retry-after"]) ?? verdict.retryAfterMs,
  });
}

/** An answer that says success and cannot be read. Its text may be what somebody said, so nothing of it is kept. */
export function malformed(answer: HttpAnswer, service: Service): RecognizerError {
  return new RecognizerError(`${service} answered ${answer.status} with something unreadable`, {
    kind: "malformed",
    code: "MALFORMED",
    retryable: true,
    maxRetries: 2,
    httpStatus: answer.status,
    requestId: requestIdOf(answer, undefined),
  });
}

/** Whether an answer is a refusal although its status says success. */
export function hasErrorCode(body: unknown): boolean {
  return typeof body === "object" && body !== null && "error_code" in body;
}

/** The service's id of the call, from the body or from the gateway's header. */
export function requestIdOf(answer: HttpAnswer, inBody: string | null | undefined): string | undefined {
  const ids = [inBody, answer.headers["x-request-id"]];
  return ids.find((id): id is string => typeof id === "string" && REQUEST_ID.test(id));
}

function isCode(code: unknown): code is string {
  return typeof code === "string" && CODE.test(code);
}
