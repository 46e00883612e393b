/** How fast requests may follow one another. */
export interface PaceSettings {
  /** Requests that may arrive in any sliding second; below 1, one request in 1/qps seconds. */
  readonly qps: number;
  /** Allowance for the way to the service at rest, in ms: how much later one request may travel than another. */
  readonly restAllowanceMs?: number;
}

/** What has to be remembered between two slots, on a clock shared by all who use it. Plain data, so that it can be stored. */
export interface PaceState {
  /** No request leaves before. */
  readonly nextMs: number;
  /** The allowance for jitter as it was last widened. */
  readonly allowanceMs: number;
  /** Until when the allowance stays as it is; after that it decays. */
  readonly heldUntilMs: number;
  /** How long it is held after the next refusal: longer each time that decaying turned out to be too early. */
  readonly holdMs: number;
}

/** Either a request may leave now, or it is worth asking again after `waitMs`. */
export type Slot =
  | {
      readonly taken: true;
      /** From when on, by this process's monotonic clock, a request that leaves later counts as late; when it was asked for, unless told. */
      readonly atMs?: number;
    }
  | { readonly taken: false; readonly waitMs: number };

export interface SlotTaken {
  readonly state: PaceState;
  readonly slot: Slot;
}

/** Measured: a loopback or data-centre link varies by less than this, timers included. */
const REST_ALLOWANCE_MS = 35;
const ALLOWANCE_STEP_MS = 25;
const MAX_ALLOWANCE_MS = 300;
/** A slot taken up to this late does not move the slots behind it, so that late timers do not add up. */
const LATENESS_MS = 4;
/** The first request after a rest travels more slowly: cold caches here, slow start of TCP on the way (RFC 5681, 4.1). */
const COLD_AFTER_MS = 5000;
const COLD_MS = 30;
const FIRST_HOLD_MS = 60_000;
const MAX_HOLD_MS = 3_600_000;
/** After so long without a refusal the network counts as a new one. */
const FORGET_MS = 600_000;
const DECAY_PER_MS = 1 / 1000;
/** A service that asks for a longer pause is asked again anyway. */
const MAX_PAUSE_MS = 60_000;

/** A pace that lets the first request go at once. */
export function initialPace(settings: PaceSettings): PaceState {
  const allowanceMs = settings.restAllowanceMs ?? REST_ALLOWANCE_MS;
  return { nextMs: 0, allowanceMs, heldUntilMs: 0, holdMs: FIRST_HOLD_MS };
}

/**
 * Time from one slot to the next: evenly spaced, so that any window of a second plus the allowance holds no more than
 * the whole number of requests the quota permits.
 */
export function spacingMs(qps: number, allowanceMs: number): number {
  const perWindow = qps < 1 ? qps : Math.floor(qps);
  return (1000 + allowanceMs) / perWindow;
}

/** The allowance at a moment: held after a refusal, then decaying to its rest by 1 ms a second. */
export function allowanceAt(state: PaceState, nowMs: number, settings: PaceSettings): number {
  const rest = settings.restAllowanceMs ?? REST_ALLOWANCE_MS;
  const decayed = Math.max(0, nowMs - state.heldUntilMs) * DECAY_PER_MS;
  return Math.max(rest, state.allowanceMs - decayed);
}

/**
 * Takes the slot that is due, if one is. Requests that leave when a slot is taken are at least one spacing apart, less
 * the few ms that a late timer is forgiven.
 */
export function takeSlot(state: PaceState, nowMs: number, settings: PaceSettings): SlotTaken {
  const present = forgetImpossible(state, nowMs, settings);
  if (nowMs < present.nextMs)
    return { state: present, slot: { taken: false, waitMs: present.nextMs - nowMs } };
  const spacing = spacingMs(settings.qps, allowanceAt(present, nowMs, settings));
  const cold = nowMs - present.nextMs > COLD_AFTER_MS;
  const slotMs = cold ? nowMs + COLD_MS : Math.max(present.nextMs, nowMs - LATENESS_MS);
  const nextMs = slotMs + spacing;
  return { state: { ...present, nextMs }, slot: { taken: true } };
}

/** A request left `lateMs` after its slot: all slots behind it move along, so that the distance is kept. */
export function delaySlots(state: PaceState, lateMs: number): PaceState {
  return { ...state, nextMs: state.nextMs + lateMs };
}

/** The service refused for the rate: the next slot is pushed back and the allowance widened for a while. */
export function throttlePace(
  state: PaceState,
  nowMs: number,
  retryAfterMs: number,
  settings: PaceSettings,
): PaceState {
  const present = forgetImpossible(state, nowMs, settings);
  const allowanceMs = Math.min(MAX_ALLOWANCE_MS, allowanceAt(present, nowMs, settings) + ALLOWANCE_STEP_MS);
  const sinceHeldMs = nowMs - present.heldUntilMs;
  const tooEarly = sinceHeldMs > 0 && sinceHeldMs <= FORGET_MS && present.heldUntilMs > 0;
  let holdMs = present.holdMs;
  if (tooEarly) holdMs = Math.min(MAX_HOLD_MS, holdMs * 2);
  else if (sinceHeldMs > FORGET_MS) holdMs = FIRST_HOLD_MS;
  const pauseMs = Math.max(spacingMs(settings.qps, allowanceMs), Math.min(retryAfterMs, MAX_PAUSE_MS));
  return {
    nextMs: Math.max(present.nextMs, nowMs + pauseMs),
    allowanceMs,
    heldUntilMs: nowMs + holdMs,
    holdMs,
  };
}

/** A stored state from before a reboot lies on another clock; times further ahead than can be are no times of ours. */
function forgetImpossible(state: PaceState, nowMs: number, settings: PaceSettings): PaceState {
  const furthestMs = nowMs + MAX_PAUSE_MS + 2 * spacingMs(settings.qps, MAX_ALLOWANCE_MS);
  const possible = state.nextMs <= furthestMs && state.heldUntilMs <= nowMs + MAX_HOLD_MS;
  return possible ? state : initialPace(settings);
}
