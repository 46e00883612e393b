import type { Fault } from "./faults.ts";
import type { LocalSis } from "./local-sis.ts";

/** What can be asked of the double over HTTP, so that another process can steer it. */
export const controlPrefix = "/__control/";

/**
 * Answers a control request: GET requests; POST fail (a Fault), clear-faults, revoke-tokens, expire-tokens, forget-requests.
 * Throws where there is no such call.
 */
export function control(sis: LocalSis, call: string, body: Uint8Array): unknown {
  switch (call) {
    case "GET requests":
      return {
        requests: sis.requests,
        worstSlidingSecond: sis.worstSlidingSecond(),
        connections: sis.connections,
      };
    case "POST fail":
      sis.failNext(faultOf(JSON.parse(Buffer.from(body).toString())));
      return {};
    case "POST clear-faults":
      sis.clearFaults();
      return {};
    case "POST revoke-tokens":
      sis.revokeTokens();
      return {};
    case "POST expire-tokens":
      sis.expireTokens();
      return {};
    case "POST forget-requests":
      sis.forgetRequests();
      return {};
    default:
      throw new Error(`no such control call: ${call}`);
  }
}

function faultOf(value: unknown): Fault {
  if (typeof value !== "object" || value === null || !("kind" in value))
    throw new Error("a fault needs its kind");
  // Whoever steers the double is a test or a demonstration; an unknown kind plays nothing.
  return value as Fault;
}
