import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** The clocks of a host. */
export interface JobClock {
  /** Ms since 1970; people and NTP may set it. */
  wallMs(): number;
  /** Ms since the host started, the same for all of its processes; nobody can set it. */
  monotonicMs(): number;
  /** Another after every start of the host. */
  readonly bootId: string;
}

/** This host's clocks: CLOCK_MONOTONIC, and the boot id of Linux where there is one. */
export function hostClock(): JobClock {
  return {
    wallMs: Date.now,
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
    bootId: readBootId(),
  };
}

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // No Linux: starts of the host cannot be told apart, and times may be off by how long it was up.
    return hostname();
  }
}
