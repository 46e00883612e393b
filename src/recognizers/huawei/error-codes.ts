import type { RecognizerErrorKind } from "../errors.ts";

/** What a refusal means for whoever called: what kind it is and whether the same call is worth another try. */
export interface Verdict {
  readonly kind: RecognizerErrorKind;
  readonly retryable: boolean;
  readonly maxRetries?: number;
  readonly retryAfterMs?: number;
}

const rejected: Verdict = { kind: "rejected", retryable: false };
const credentials: Verdict = { kind: "credentials", retryable: false };
const throttled: Verdict = { kind: "throttled", retryable: true };
/** The vendor's fault; the document says "try again". */
const down: Verdict = { kind: "unavailable", retryable: true };
/** The vendor's fault; the document only says "contact support", but a careful repeat is reasonable. */
const perhapsDown: Verdict = { kind: "unavailable", retryable: true, maxRetries: 2 };
/** The vendor's fault, and repeating does not help. */
const broken: Verdict = { kind: "unavailable", retryable: false };
const late: Verdict = { kind: "timeout", retryable: true, maxRetries: 1 };

/** SIS 6.8, the gateway in front of it (APIG, also written APIGW) and IAM: every code that is known, by what it means. */
const codes: readonly (readonly [verdict: Verdict, prefix: string, numbers: string])[] = [
  [rejected, "SIS", "0012 0024 0031 0032 0201 0203 0204 0205 0208 0301 0304 0309 0402 0410 0411 0415 0418"],
  [rejected, "SIS", "0419 0506 0533 0534 0535 0537 0541 0601 0602 0604 0608 0609 0701 0702"],
  [rejected, "SIS", "30003 30004 30006 30007"],
  [credentials, "SIS", "0003 0022 0023 0101 0102 0103"],
  [throttled, "SIS", "0312 0536"],
  [down, "SIS", "0303 0305 0306 0307 0401 0413 0416 0417 0605"],
  [perhapsDown, "SIS", "0001 0100 0302"],
  [broken, "SIS", "0206 0207 30008"],
  [late, "SIS", "0033 0412 0414 0538"],
  [rejected, "APIG", "0101 0106 0204 0602 0607"],
  [credentials, "APIG", "0301 0302 0303 0304 0305 0306 0307 0310 0402 0501 0502 0802 1009"],
  [throttled, "APIG", "0308"],
  [down, "APIG", "0608 0613"],
  [perhapsDown, "APIG", "0601 0606 0610"],
  [broken, "APIG", "0103 0104 0105 0311 0401 0404 0605 0609 0611 0612 0705"],
  [rejected, "IAM", "0011"],
  [credentials, "IAM", "0001 0002 0061 0062 0066 0067 0081 0082 1105 1107 1108 1109"],
  [throttled, "IAM", "0012"],
  [down, "IAM", "0006"],
];

const verdicts: ReadonlyMap<string, Verdict> = new Map(
  codes.flatMap(([verdict, prefix, numbers]) =>
    numbers.split(" ").map((number) => [`${prefix}.${number}`, verdict] as const),
  ),
);

/** Judges a refusal by its code, if it has one, and its HTTP status. */
export function judge(code: string | undefined, httpStatus: number): Verdict {
  if (httpStatus === 429) return throttled;
  const known = code && (verdicts.get(withoutAlias(code)) ?? judgeAmbiguous(code, httpStatus));
  return known || judgeStatus(httpStatus, code !== undefined);
}

/** APIG.0201 is seven different errors; only the HTTP status tells them apart. */
function judgeAmbiguous(code: string, httpStatus: number): Verdict | undefined {
  if (withoutAlias(code) !== "APIG.0201") return undefined;
  if (httpStatus === 504) return { kind: "timeout", retryable: true, maxRetries: 2, retryAfterMs: 2000 };
  if (httpStatus === 502) return down;
  return httpStatus >= 500 ? perhapsDown : rejected;
}

function judgeStatus(httpStatus: number, hasCode: boolean): Verdict {
  if (httpStatus === 401 || httpStatus === 403) return credentials;
  if (httpStatus === 408) return late;
  if (httpStatus < 500) return rejected;
  // A code that nobody documented is worth one more try; a bare 5xx comes from a proxy or a gateway that restarts.
  return hasCode ? { ...down, maxRetries: 1 } : down;
}

/** Whether a refusal says that the token or the signature itself is not accepted. */
export function refusesIdentity(code: string, httpStatus: number | undefined): boolean {
  return httpStatus === 401 || ["SIS.0101", "APIG.0301", "APIG.0307"].includes(withoutAlias(code));
}

/** The signing guide writes APIGW for what the service's own documents call APIG; the numbers are the same. */
function withoutAlias(code: string): string {
  return code.replace(/^APIGW\./, "APIG.");
}
