import type { FaultKind } from "../sis/faults.ts";

/** The calls of the service; "realtime" is a connection. */
export type Endpoint = "SentenceRecognition" | "CreateRecTask" | "DescribeTaskStatus";

/** What may go wrong with a call, on cue. */
export type CallFault = (
  | Exclude<FaultKind, { readonly kind: "code" }>
  /** A refusal by API 3.0, with HTTP 200. */
  | { readonly kind: "refuse"; readonly code: string }
) & {
  /** "SentenceRecognition" unless told. */
  readonly endpoint?: Endpoint;
  /** How many calls it hits, 1 unless told. */
  readonly times?: number | "always";
};

/** Faults that wait for their calls, first come first served at each endpoint. */
export interface CallFaults {
  failNext(fault: CallFault): void;
  take(endpoint: string): CallFault | undefined;
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
      const next = waiting.find(
        ({ fault, left }) => left > 0 && (fault.endpoint ?? "SentenceRecognition") === endpoint,
      );
      if (next !== undefined) next.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return next?.fault;
    },
    clear() {
      waiting = [];
    },
  };
}
