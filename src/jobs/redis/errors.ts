import { StoreError, type StoreErrorCode } from "../../store/errors.ts";

const messages: Readonly<Record<"unreachable" | "disk-full" | "read-only" | "failed", string>> = {
  unreachable: "Redis cannot be reached: check REDIS_URL and the server.",
  "disk-full": "Redis has no room left.",
  "read-only": "Redis cannot be written: REDIS_URL names a replica, or a user without the right to.",
  failed: "The call to Redis failed.",
};

/** What a Redis client throws, as a StoreError with it as the cause. */
export function fromRedis(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error instanceof Error ? error.message : "");
  return new StoreError(code, messages[code], { cause: error });
}

/** By the first word of an error reply (redis.io/docs/latest/develop/reference/protocol-spec), or by what ioredis says. */
function codeOf(message: string): Extract<StoreErrorCode, keyof typeof messages> {
  if (/^(?:OOM|MISCONF)\b/.test(message)) return "disk-full";
  if (/^(?:READONLY|NOPERM)\b/.test(message)) return "read-only";
  const away =
    /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|UNBLOCKED)\b|timed out|Connection|ECONN|EPIPE|max retries/i;
  return away.test(message) ? "unreachable" : "failed";
}
