/** Why there are no pages: the address belongs to somebody else, is not ours to listen on, or is none. */
export type WebErrorCode = "port-taken" | "port-refused" | "address-unknown";

/** The HTTP server cannot listen. The message is one line for the operator and names the variable to change. */
export class WebError extends Error {
  override readonly name = "WebError";
  readonly code: WebErrorCode;

  constructor(code: WebErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
