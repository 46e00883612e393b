/** The call is wrong: exit code 2, and the usage is shown. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
