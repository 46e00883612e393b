/** What operators may want to know of the queue. Ids, kinds and codes only; keys and data stay out. */
export type JobsEvent =
  | {
      readonly type: "run-failed";
      readonly id: string;
      readonly kind: string;
      readonly attempt: number;
      readonly error: unknown;
      readonly nextTryInMs: number;
    }
  | { readonly type: "gave-up"; readonly id: string; readonly kind: string; readonly error: unknown }
  | { readonly type: "give-up-failed"; readonly id: string; readonly kind: string; readonly error: unknown }
  /** Runs of workers that died or stood still wait again. */
  | { readonly type: "taken-over"; readonly runs: number }
  /** A run of this worker was taken over by another. */
  | { readonly type: "lease-lost"; readonly id: string; readonly kind: string }
  /** Once for each time the database begins to fail. */
  | { readonly type: "store-failed"; readonly error: unknown }
  | { readonly type: "store-recovered" };
