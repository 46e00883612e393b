/** Why the bot is no longer in a voice channel. */
export type LeaveReason =
  /** `leave` was called, or the signal aborted. */
  | "asked"
  /** Somebody disconnected it, or the channel is gone. */
  | "removed"
  /** The voice server ended the call for everybody (4022). */
  | "call-ended"
  /** The voice server wants to see less of us (4021). */
  | "rate-limited"
  /** The channel asks for an end-to-end encryption that we do not speak (4017). */
  | "encryption-unsupported"
  /** Discord never answered the wish to join: no permission, or the channel is full. */
  | "unanswered"
  /** The voice server could not be reached, or threw us out each time. */
  | "unreachable"
  /** The bot's own connection to Discord is gone. */
  | "gateway-lost";

/**
 * What a close code of the voice gateway asks of us: to join again, to leave, or to wait, because the bot was moved or
 * disconnected, or its channel deleted, and Discord's main gateway is about to say which. The library joins again at once
 * after every code but 4014, and never stops (defect D).
 */
export function judgeClose(code: number): "rejoin" | "wait" | LeaveReason {
  switch (code) {
    case 4014:
      return "wait";
    case 4017:
      return "encryption-unsupported";
    case 4021:
      return "rate-limited";
    case 4022:
      return "call-ended";
    default:
      return "rejoin";
  }
}

/** How long to wait before each attempt to rejoin, counted from 1, in ms: 1 s, twice as long each time, at most 30 s. */
export function rejoinDelayMs(attempt: number): number {
  return Math.min(1000 * 2 ** (attempt - 1), 30_000);
}

/** Tells of each time whether it is one too many within the time before it. */
export function createBurstLimit(limit: { readonly max: number; readonly withinMs: number }): () => boolean {
  let times: number[] = [];
  return () => {
    const nowMs = performance.now();
    times = [...times.filter((atMs) => nowMs - atMs < limit.withinMs), nowMs];
    return times.length > limit.max;
  };
}
