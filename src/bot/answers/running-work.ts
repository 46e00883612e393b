import { NoLongerWanted } from "../errors.ts";

/** Work in progress by whose recording it is, so that an opt-out takes effect at once. */
export interface RunningWork {
  /** The signal aborts with the given one, or with NoLongerWanted when the member opts out. Call `end` in any case. */
  begin(memberId: string, signal: AbortSignal): { readonly signal: AbortSignal; readonly end: () => void };
  /** Stops everything of this member's that runs in this process. */
  stop(memberId: string): void;
  /** Whose recordings are worked on. */
  members(): readonly string[];
}

export function createRunningWork(): RunningWork {
  const running = new Map<string, Set<AbortController>>();
  return {
    begin(memberId, signal) {
      const controller = new AbortController();
      const ofMember = running.get(memberId) ?? new Set();
      running.set(memberId, ofMember.add(controller));
      return {
        signal: AbortSignal.any([signal, controller.signal]),
        end() {
          ofMember.delete(controller);
          if (ofMember.size === 0 && running.get(memberId) === ofMember) running.delete(memberId);
        },
      };
    },
    members: () => [...running.keys()],
    stop(memberId) {
      for (const controller of running.get(memberId) ?? []) controller.abort(new NoLongerWanted("opted-out"));
    },
  };
}
