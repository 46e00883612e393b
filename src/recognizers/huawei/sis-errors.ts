import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { judge } from "./error-codes.ts";
import type { HttpAnswer } from "./http.ts";

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

/** Translates any answer that is no success (SIS 6.7, 6.8). Only codes and ids are taken from it, never its message. */
export function refusal(answer: HttpAnswer, service: Service): RecognizerError {
  const body = refusalSchema.safeParse(parseJson(answer.body)).data;
  const code = [body?.error_code, body?.error?.code].find(isCode);
  const verdict = judge(code, answer.status);
  return new RecognizerError(`${service} answered ${answer.status} ${code ?? ""}`.trimEnd(), {
    ...verdict,
    code: code ?? `HTTP.${answer.status}`,
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

/** No answer before the deadline. The service may have done the work, so it is only worth one more try. */
export function timedOut(service: Service, timeoutMs: number): RecognizerError {
  return new RecognizerError(`${service} did not answer within ${timeoutMs} ms`, {
    kind: "timeout",
    code: "TIMEOUT",
    retryable: true,
    maxRetries: 1,
  });
}

/** Certificates do not heal by themselves. */
const FINAL_NETWORK_CODE = /CERT|^ERR_TLS|^UNABLE_TO|^ERR_SSL/;
/** What came was no HTTP, or too much of it. */
const MALFORMED_NETWORK_CODE = /^HPE_|EXCEEDED_MAX_SIZE|HEADERS_OVERFLOW|LENGTH_MISMATCH/;

/** Translates a fault of the way to the service: of the system, of TLS or of the HTTP client. */
export function networkFault(fault: unknown, service: Service): RecognizerError {
  const code = networkCode(fault);
  if (MALFORMED_NETWORK_CODE.test(code))
    return new RecognizerError(`${service} answered with something unreadable (${code})`, {
      kind: "malformed",
      code: "MALFORMED",
      retryable: true,
      maxRetries: 1,
    });
  return new RecognizerError(`${service} cannot be reached (${code})`, {
    kind: "unavailable",
    code: `NETWORK.${code}`,
    retryable: !FINAL_NETWORK_CODE.test(code),
    cause: fault,
  });
}

/** As in ECONNRESET or CONNECT_TIMEOUT. */
function networkCode(fault: unknown): string {
  const code = fault instanceof Error && "code" in fault ? fault.code : undefined;
  return typeof code === "string" ? code.replace(/^UND_ERR_/, "") : "UNKNOWN";
}

/** The service's id of the call, from the body or from the gateway's header. */
export function requestIdOf(answer: HttpAnswer, inBody: string | null | undefined): string | undefined {
  const ids = [inBody, answer.headers["x-request-id"]];
  return ids.find((id): id is string => typeof id === "string" && REQUEST_ID.test(id));
}

/** JSON or nothing: the parser's own message would quote the answer. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), in ms from now. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}

function isCode(code: unknown): code is string {
  return typeof code === "string" && CODE.test(code);
}
