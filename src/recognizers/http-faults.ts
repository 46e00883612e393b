import { RecognizerError } from "./errors.ts";

/** No answer before the deadline. The service may have done the work, so it is only worth one more try. */
export function timedOut(service: string, timeoutMs: number): RecognizerError {
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
export function networkFault(fault: unknown, service: string): RecognizerError {
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

/** JSON or nothing: the parser's own message would quote the answer. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), in ms from now. */
export function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}
