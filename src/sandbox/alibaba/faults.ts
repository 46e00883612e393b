import type { FaultKind } from "../sis/faults.ts";

/** The calls of the service. */
export type Endpoint = "submit" | "ask";

/** What may go wrong with a call, on cue. */
export type CallFault = (
  | Exclude<FaultKind, { readonly kind: "code" }>
  /** A refusal by the gateway: HTTP 400 unless told. */
  | { readonly kind: "gateway"; readonly code: string; readonly httpStatus?: number }
  /** A status code in an answer that is otherwise a success. */
  | { readonly kind: "refuse"; readonly statusCode: number }
) & {
  /** "ask" unless told. */
  readonly endpoint?: Endpoint;
  /** How many calls it hits, 1 unless told. */
  readonly times?: number | "always";
  /** The call does its work first; only its answer is lost. */
  readonly afterwards?: boolean;
};

/** Faults that wait for their calls, first come first served at each endpoint. */
export interface CallFaults {
  failNext(fault: CallFault): void;
  take(endpoint: Endpoint): CallFault | undefined;
  clear(): void;
}

/** No faults yet. */
export function createCallFaults(): CallFaults {
  let waiting: { readonly fault: CallFault; left: number }[] = [];
  return {
    failNext(fault) {
      const { times = 1 } = fault;
      waiting.push({ fault, left: times === "always" ? Infinity : times });
    },
    take(endpoint) {
      const next = waiting.find(({ fault, left }) => left > 0 && (fault.endpoint ?? "ask") === endpoint);
      if (next !== undefined) next.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return next?.fault;
    },
    clear() {
      waiting = [];
    },
  };
}
