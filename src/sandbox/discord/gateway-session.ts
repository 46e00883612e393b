import { randomBytes } from "node:crypto";

import type { Application } from "./entities.ts";

/** One dispatch as it was numbered. */
export interface Numbered {
  readonly op: 0;
  readonly t: string;
  readonly s: number;
  readonly d: object;
}

/** What survives a lost connection: the numbering and the events to replay. */
export interface Session {
  readonly id: string;
  readonly application: Application;
  readonly intents: number;
  readonly shard: readonly [number, number];
  /** Set while a connection is there. */
  send: ((message: Numbered) => void) | undefined;
  lostAtMs: number | undefined;
  sequence: number;
  readonly replay: Numbered[];
}

/** How far back a resume can reach. */
const maxReplay = 1000;
/** How long a session waits for its client to come back. */
const maxAbsenceMs = 180_000;

export function createSession(identity: Pick<Session, "application" | "intents" | "shard">): Session {
  return {
    ...identity,
    id: randomBytes(16).toString("hex"),
    send: undefined,
    lostAtMs: undefined,
    sequence: 0,
    replay: [],
  };
}

/** Numbers an event, keeps it for a resume, and sends it when somebody is there. */
export function tell(session: Session, type: string, payload: object): void {
  session.sequence += 1;
  // Written now: what is replayed later says what was true then.
  const frozen = JSON.parse(JSON.stringify(payload)) as object;
  const message: Numbered = { op: 0, t: type, s: session.sequence, d: frozen };
  session.replay.push(message);
  if (session.replay.length > maxReplay) session.replay.shift();
  session.send?.(message);
}

/** What a client that saw everything up to `sequence` has missed; undefined when that cannot be told any more. */
export function missedBy(session: Session, sequence: number, nowMs: number): readonly Numbered[] | undefined {
  const tooLate = session.lostAtMs !== undefined && nowMs - session.lostAtMs > maxAbsenceMs;
  if (tooLate || sequence > session.sequence) return undefined;
  const missed = session.replay.filter(({ s }) => s > sequence);
  return missed.length === session.sequence - sequence ? missed : undefined;
}
