import { readFileSync } from "node:fs";

/** Memory of a process that is in the machine's, in bytes, as Linux counts it (proc(5), "VmRSS" and "VmHWM"). */
export interface Resident {
  readonly nowBytes: number;
  /** The most there ever was. */
  readonly mostBytes: number;
}

/** Throws where there is no such process. */
export function residentOf(pid: number | undefined): Resident {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { nowBytes: bytes("VmRSS"), mostBytes: bytes("VmHWM") };
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
