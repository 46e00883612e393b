import type { JobTurn } from "./jobs.ts";

export type Lane = JobTurn["lane"];

/** Eight places, as they are given while all lanes wait: a lane that waits is served within eight, whatever the others do. */
const wheel: readonly Lane[] = [
  "interactive",
  "note",
  "interactive",
  "interactive",
  "file",
  "interactive",
  "note",
  "interactive",
];

/**
 * The lane that gets the nth place ever given, of those that wait: the one whose place it is, or else the next on
 * the wheel. Undefined when none waits.
 */
export function chooseLane(waiting: readonly Lane[], place: number): Lane | undefined {
  return wheel
    .map((_, step) => wheel[(place + step) % wheel.length])
    .find((lane) => lane !== undefined && waiting.includes(lane));
}
