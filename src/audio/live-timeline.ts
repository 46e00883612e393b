import { createPacketOrder, type LivePacket, type OrderedPacket } from "./live-packets.ts";
import { maxConcealedMs } from "./opus-decoder.ts";
import { opusClock, packetSamples } from "./opus-packet.ts";

/** A stretch of a speaker's time line. Each begins where the one before ended, in ms from the session's start. */
export type TimelineEvent =
  | {
      readonly type: "packet";
      readonly startMs: number;
      readonly durationMs: number;
      readonly payload: Uint8Array;
    }
  /** Packets that never came: at most 120 ms in a row, then silence. */
  | { readonly type: "lost"; readonly startMs: number; readonly durationMs: number }
  | { readonly type: "silence"; readonly startMs: number; readonly durationMs: number }
  /** What was sent from `sinceMs` on never came, or cannot be read: too much for anybody to guess. Takes no time itself. */
  | {
      readonly type: "unheard";
      readonly startMs: number;
      readonly durationMs: number;
      readonly sinceMs: number;
      readonly lostMs: number;
    };

/** What became of a speaker's packets. */
export interface TimelineStats {
  readonly packets: number;
  /** Sequence numbers that never came, or came too late. */
  readonly lost: number;
  /** Doubles and stragglers that were dropped. */
  readonly dropped: number;
  /** How often RTP time could not be followed and arrival set the clock anew. */
  readonly jumps: number;
}

/** One speaker's packets on one clock: in order, once each, with the gaps between them told apart. Pure: the caller brings the time. */
export interface LiveTimeline {
  readonly stats: TimelineStats;
  /** Whether packets wait for a missing one: what was said up to now is not known yet. */
  readonly waiting: boolean;
  push(packet: LivePacket): readonly TimelineEvent[];
  /** Says what time it is, also while nothing comes: what was waited for is given up, and silence grows. */
  advance(nowMs: number): readonly TimelineEvent[];
  /** Whatever is still held back. */
  end(): readonly TimelineEvent[];
}

export interface TimelineOptions {
  /** When the session began, by the clock of `arrivedMs`: the zero of `startMs`. */
  readonly sessionStartMs: number;
  /** A packet that is missing is waited for so long: 200 ms unless told, up to 600 where packets come late. */
  readonly holdMs?: readonly [shortest: number, longest: number];
  /** After so long without a packet it is silence where the speaker said that they stop; 200 ms unless told. */
  readonly idleMs?: number;
  /** In the middle of speech it may be the network: only then; 600 ms unless told. */
  readonly stallMs?: number;
}

/** While somebody speaks, RTP time is right even when the network stalls for less than this. */
const maxDriftSpeakingMs = 1000;
/** After a pause nobody hears a correction: RTP time that is further off than this was not running, or has drifted. */
const maxDriftResumingMs = 150;

/** Packets of a stream that was replaced may still be under way for so long. */
const stragglingMs = 1000;
/** A stream that takes the place of another waits for what is missing of that, with at most so many packets: 1.3 s of them. */
const maxUpcoming = 64;
/** Sound that is missing for so long in a row leaves a mark: a word is gone, perhaps several. */
const unheardMs = 400;

const ticksPerMs = opusClock / 1000;
const silenceFrame = [0xf8, 0xff, 0xfe] as const;

export function createLiveTimeline(options: TimelineOptions): LiveTimeline {
  // Captions wait for a pause anyway: this patience costs them nothing, and a syllable is worth it.
  const { sessionStartMs, holdMs = [200, 600], idleMs = 200, stallMs = 600 } = options;
  const order = createPacketOrder({ holdMs });
  const line = createLine({ sessionStartMs, idleMs });
  let ssrc: number | undefined;
  let ssrcBefore: number | undefined;
  let ssrcSinceMs = 0;
  let lastArrivalMs = 0;
  let strays = 0;
  /** Of the stream that comes next. */
  let upcoming: LivePacket[] = [];

  const take = (packet: LivePacket): TimelineEvent[] => order.push(packet).flatMap((one) => line.place(one));
  const turnTo = (next: readonly LivePacket[]): TimelineEvent[] => {
    const [first] = next;
    if (!first) return [];
    upcoming = [];
    const rest = order.restart().flatMap((one) => line.place(one));
    [ssrcBefore, ssrc, ssrcSinceMs] = [ssrc, first.ssrc, first.arrivedMs];
    return [...rest, ...next.flatMap(take)];
  };
  /** Whether what is missing of the old stream was waited for long enough. */
  const isDue = (nowMs: number): boolean => {
    const [first] = upcoming;
    return first !== undefined && (upcoming.length > maxUpcoming || nowMs - first.arrivedMs >= holdMs[0]);
  };
  const pushOther = (packet: LivePacket): TimelineEvent[] => {
    if (packet.ssrc === ssrcBefore && packet.arrivedMs - ssrcSinceMs < stragglingMs) {
      strays++;
      return [];
    }
    if (ssrc === undefined) return turnTo([packet]);
    const isThird = upcoming[0] !== undefined && upcoming[0].ssrc !== packet.ssrc;
    const events = isThird ? turnTo(upcoming) : [];
    upcoming.push(packet);
    return events;
  };

  return {
    get stats() {
      return { ...line.counts, dropped: order.dropped + strays };
    },
    get waiting() {
      return order.waiting || upcoming.length > 0;
    },
    push(packet) {
      const before = isDue(packet.arrivedMs) ? turnTo(upcoming) : [];
      const events = packet.ssrc === ssrc ? take(packet) : pushOther(packet);
      lastArrivalMs = packet.arrivedMs;
      return [...before, ...events];
    },
    advance(nowMs) {
      const events = order.expire(nowMs).flatMap((one) => line.place(one));
      if (isDue(nowMs)) events.push(...turnTo(upcoming));
      const patienceMs = line.resting ? idleMs : stallMs;
      const quiet = !order.waiting && upcoming.length === 0 && nowMs - lastArrivalMs >= patienceMs;
      return quiet ? [...events, ...line.rest(nowMs - patienceMs)] : events;
    },
    end: () => [...turnTo(upcoming), ...order.restart().flatMap((one) => line.place(one)), ...line.end()],
  };
}

interface Line {
  readonly counts: { readonly packets: number; readonly lost: number; readonly jumps: number };
  /** Whether the speaker has stopped, or seems to have. */
  readonly resting: boolean;
  place(packet: OrderedPacket): TimelineEvent[];
  /** Silence up to a time of the arrival clock. */
  rest(untilMs: number): TimelineEvent[];
  /** Nothing more comes. */
  end(): TimelineEvent[];
}

/** Lays ordered packets out one behind the other, and decides what lies between them. */
function createLine({ sessionStartMs, idleMs }: { sessionStartMs: number; idleMs: number }): Line {
  /** Where the last event ended. */
  let cursorMs: number | undefined;
  /** RTP time at the cursor. */
  let cursorTicks = 0;
  let lastDurationMs = 20;
  /** Whether the speaker had stopped: what follows may be put right by the clock. */
  let resting = true;
  /** Packets lost since the last one. */
  let missing = 0;
  let [packets, lost, jumps] = [0, 0, 0];
  /** What is missing since the last packet that could be read. */
  let unheard = { ms: 0, sinceMs: 0 };
  /** RTP time at the end of that packet. */
  let heardTicks = 0;

  /** Fills from the cursor: what was lost is concealed while concealing makes sense, the rest is silence. */
  const gap = (startMs: number, durationMs: number): TimelineEvent[] => {
    const lostMs = Math.min(durationMs, missing * lastDurationMs, maxConcealedMs);
    missing = 0;
    cursorMs = startMs + durationMs;
    const events: TimelineEvent[] = [];
    if (lostMs > 0) events.push({ type: "lost", startMs, durationMs: lostMs });
    if (durationMs <= lostMs) return events;
    resting = true;
    return [...events, { type: "silence", startMs: startMs + lostMs, durationMs: durationMs - lostMs }];
  };

  /** Numbers alone may be those of padding, of which clients send bursts: it takes RTP time to say something. */
  const mark = (withinMs: number): TimelineEvent[] => {
    const { ms, sinceMs } = unheard;
    const lostMs = Math.min(ms, withinMs);
    unheard = { ms: 0, sinceMs: 0 };
    if (lostMs < unheardMs || cursorMs === undefined) return [];
    return [{ type: "unheard", startMs: cursorMs, durationMs: 0, sinceMs, lostMs }];
  };

  /** How long nothing was said before this packet: by RTP time while that can be believed, by its arrival where not. */
  const pauseBefore = ({ timestamp, arrivedMs }: LivePacket, startMs: number): number => {
    const byRtp = ((timestamp - cursorTicks) | 0) / ticksPerMs;
    const lateMs = arrivedMs - sessionStartMs - (startMs + byRtp);
    const paused = resting || byRtp >= idleMs;
    if (Math.abs(lateMs) <= (paused ? maxDriftResumingMs : maxDriftSpeakingMs)) return Math.max(0, byRtp);
    const byArrival = Math.max(0, arrivedMs - sessionStartMs - startMs);
    // A burst after a stall is early all along; only a clock that differs is a jump.
    if (byArrival > 0 || byRtp > 0) jumps++;
    return byArrival;
  };

  return {
    get counts() {
      return { packets, lost, jumps };
    },
    get resting() {
      return resting;
    },
    place({ packet, restarted, missed }) {
      const { payload, timestamp, arrivedMs } = packet;
      const gone = missed + (payload === "unreadable" ? 1 : 0);
      missing += gone;
      lost += gone;
      if (cursorMs !== undefined) {
        const sinceMs = unheard.ms > 0 ? unheard.sinceMs : cursorMs;
        unheard = { ms: unheard.ms + gone * lastDurationMs, sinceMs };
      }
      if (typeof payload === "string") return [];
      packets++;
      const durationTicks = packetSamples(payload) ?? lastDurationMs * ticksPerMs;
      const durationMs = durationTicks / ticksPerMs;
      const arrivalMs = Math.max(0, arrivedMs - sessionStartMs);
      const fromMs = cursorMs ?? arrivalMs;
      const events = gap(fromMs, restarted ? Math.max(0, arrivalMs - fromMs) : pauseBefore(packet, fromMs));
      const startMs = cursorMs ?? fromMs;
      events.push(...mark(((timestamp - heardTicks) | 0) / ticksPerMs));
      events.push({ type: "packet", startMs, durationMs, payload });
      cursorMs = startMs + durationMs;
      cursorTicks = (timestamp + durationTicks) >>> 0;
      heardTicks = cursorTicks;
      lastDurationMs = durationMs;
      resting = isSilenceFrame(payload);
      return events;
    },
    rest(untilMs) {
      const startMs = cursorMs;
      const pauseMs = untilMs - sessionStartMs - (startMs ?? Infinity);
      if (startMs === undefined || pauseMs <= 0) return [];
      cursorTicks = (cursorTicks + Math.round(pauseMs * ticksPerMs)) >>> 0;
      return gap(startMs, pauseMs);
    },
    end: () => mark(Infinity),
  };
}

/** Clients end what they say with five of these; servers send them too. */
function isSilenceFrame(payload: Uint8Array): boolean {
  return payload.length === 3 && silenceFrame.every((byte, at) => payload[at] === byte);
}
