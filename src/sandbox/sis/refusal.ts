/** Language of a service's messages: header X-Language, zh-cn where it is missing (seed 000 §6.5, table 6-2). */
export type Language = "zh-cn" | "en-us";

/**
 * A request that the double refuses: HTTP status, the body's code, and what it says. Gateway and IAM speak English only,
 * so `chinese` is for the codes of SIS itself.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly httpStatus: number;
  readonly code: string;
  readonly chinese: string;

  constructor(
    httpStatus: number,
    code: string,
    message: string | { readonly english: string; readonly chinese: string },
  ) {
    super(typeof message === "string" ? message : message.english);
    this.httpStatus = httpStatus;
    this.code = code;
    this.chinese = typeof message === "string" ? message : message.chinese;
  }
}

/** A refusal by SIS itself; status 400 as in seed 000 table 5-10. */
export function sisRefusal(code: string, english: string, chinese: string): Refusal {
  return new Refusal(400, code, { english, chinese });
}

/** What an error's body looks like: seed 000 §6.8 for SIS, with request_id for the gateway in front of it. */
export function bodyOf(refusal: Refusal, language: Language, requestId: string): Record<string, unknown> {
  const { code, message, chinese, httpStatus } = refusal;
  // Identity and access management answers a wrong password in the manner of OpenStack.
  if (code === "")
    return {
      error: { code: httpStatus, message, title: httpStatus === 401 ? "Unauthorized" : "Bad Request" },
    };
  const body = { error_code: code, error_msg: language === "en-us" ? message : chinese };
  return code.startsWith("APIG") ? { ...body, request_id: requestId } : body;
}
