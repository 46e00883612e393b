import type { JobTurn } from "./jobs.ts";

export type Lane = JobTurn["lane"];

/** Eight places, as they are given while all lanes wait: a lane that waits is served within eight, whatever the others do. */
export const wheel: readonly Lane[] = [
  "interactive",
  "note",
  "interactive",
  "interactive",
  "file",
  "interactive",
  "note",
  "interactive",
];

/** Every lane there is. */
export const lanes: readonly Lane[] = [...new Set(wheel)];

/** The lanes in the order in which they may have the nth place ever given: whose place it is, then the next on the wheel. */
export function laneOrder(place: number): Lane[] {
  const from = place % wheel.length;
  return [...new Set([...wheel.slice(from), ...wheel.slice(0, from)])];
}
