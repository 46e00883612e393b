/** A call that the double refuses: an API 3.0 code, with HTTP 200 all the same. */
export class TencentRefusal extends Error {
  override readonly name = "TencentRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
