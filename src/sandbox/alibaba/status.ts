/** Status messages of the service by code (seed 002, "Service status codes"). */
export const statusNames: Readonly<Record<number, string>> = {
  21050000: "SUCCESS",
  21050001: "RUNNING",
  21050002: "QUEUEING",
  21050003: "SUCCESS_WITH_NO_VALID_FRAGMENT",
  41050001: "USER_BIZDURATION_QUOTA_EXCEED",
  41050002: "FILE_DOWNLOAD_FAILED",
  41050003: "FILE_CHECK_FAILED",
  41050004: "FILE_TOO_LARGE",
  41050005: "FILE_NORMALIZE_FAILED",
  41050006: "FILE_PARSE_FAILED",
  41050007: "MKV_PARSE_FAILED",
  41050008: "UNSUPPORTED_SAMPLE_RATE",
  41050009: "UNSUPPORTED_ASR_GROUP",
  41050010: "FILE_TRANS_TASK_EXPIRED",
  41050011: "REQUEST_INVALID_FILE_URL_VALUE",
  41050012: "REQUEST_INVALID_CALLBACK_VALUE",
  41050013: "REQUEST_PARAMETER_INVALID",
  41050014: "REQUEST_EMPTY_APPKEY_VALUE",
  41050015: "REQUEST_APPKEY_UNREGISTERED",
  41050021: "RAM_CHECK_FAILED",
  41050023: "CONTENT_LENGTH_CHECK_FAILED",
  41050024: "FILE_404_NOT_FOUND",
  41050025: "FILE_403_FORBIDDEN",
  41050026: "FILE_SERVER_ERROR",
  51050000: "INTERNAL_ERROR",
  51050001: "VAD_FAILED",
  51050002: "RECOGNIZE_FAILED",
  51050003: "RECOGNIZE_INTERRUPT",
  51050004: "OFFER_INTERRUPT",
  51050005: "FILE_TRANS_TIMEOUT",
  51050006: "FRAGMENT_FAILED",
};

/** What the service says no to, by its status code: in the answer to a submission, or as the end of a task. */
export class StatusRefusal extends Error {
  override readonly name = "StatusRefusal";
  readonly statusCode: number;

  constructor(statusCode: number) {
    super(statusNames[statusCode] ?? String(statusCode));
    this.statusCode = statusCode;
  }
}

/** What the gateway in front of the service says no to; it never reaches the service. */
export class GatewayRefusal extends Error {
  override readonly name = "GatewayRefusal";
  readonly httpStatus: number;
  readonly code: string;

  constructor(httpStatus: number, code: string, message: string) {
    super(message);
    this.httpStatus = httpStatus;
    this.code = code;
  }
}
