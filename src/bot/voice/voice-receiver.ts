import { createEarlyDatagrams, type EarlyDatagram } from "./voice-early.ts";
import type { VoiceEncryption } from "./voice-encryption.ts";
import { createKeptDatagrams } from "./voice-kept.ts";
import { readRtpHeader, rtpPayload } from "./voice-rtp.ts";
import { createVoiceSources, stragglingMs } from "./voice-sources.ts";
import type { VoiceTransport } from "./voice-transport.ts";

/** A packet of a member's voice, with its place in the stream: what `LivePacket` of src/audio takes. */
export interface VoicePacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** By performance.now(). */
  readonly arrivedMs: number;
  /** An Opus packet, never empty and never ciphertext; "padding" had no sound in it, that of an "unreadable" one is lost. */
  readonly payload: Uint8Array | "padding" | "unreadable";
}

/** What became of everything that came over UDP. All count up from 0. */
export interface ReceiverStats {
  /** RTP packets with Opus inside, whoever sent them. */
  packets: number;
  /** Neither: RTCP, keep-alive, rubbish. */
  foreign: number;
  /** Packets that came before it was known who speaks, and were handed on once it was. */
  keptPackets: number;
  /** Packets that came before their keys, and were tried again with them. */
  earlyPackets: number;
  /** Packets of nobody known, dropped after a few seconds. */
  unattributed: number;
  /** Dropped unread: their speaker has opted out, or nobody may listen. */
  unheard: number;
  /** Not sealed with our server's key, or contradicting themselves. */
  damaged: number;
  padding: number;
  /** End-to-end encrypted with keys that we do not have. */
  undecryptable: number;
  /** Clear where the channel is end-to-end encrypted: not to be trusted. */
  unencrypted: number;
  /** Opus packets handed on. */
  heard: number;
  /** How often somebody was said to speak (op 5). */
  announcements: number;
}

/** Turns a voice session's datagrams into its members' packets. Never throws, whatever comes. */
export interface VoiceReceiver {
  readonly stats: Readonly<ReceiverStats>;
  /** Members whose packets were handed on, and who have not left. */
  readonly speakers: ReadonlySet<string>;
  /** A new voice session: no ssrc means any more what it meant, and there are no keys yet. */
  begin(): void;
  unlock(transport: VoiceTransport, encryption: VoiceEncryption | undefined): void;
  /** op 5 */
  announce(memberId: string, ssrc: number, nowMs: number): void;
  /** op 11: at the beginning everybody who is there, later those who come. */
  present(memberIds: readonly string[]): void;
  /** op 13. What they said last may still be under way, and is heard; they have left a second later, by `advance`. */
  depart(memberId: string, nowMs: number): void;
  /** A member who opted out is no speaker any more; should they opt in again, it is still known which packets are theirs. */
  dismiss(memberId: string): void;
  receive(datagram: Buffer, arrivedMs: number): void;
  /**
   * Says that everything that came until then was received, a few times a second. Gives the time up to which it was handed on:
   * earlier while packets wait for their keys.
   */
  advance(nowMs: number): number;
  /** Everybody is gone. */
  end(): void;
}

export interface ReceiverOptions {
  readonly selfUserId: string;
  /** Whether this member's packets may be opened; asked for each of them. */
  readonly mayHear: (memberId: string) => boolean;
  readonly onJoined: (memberId: string) => void;
  readonly onPacket: (memberId: string, packet: VoicePacket) => void;
  readonly onLeft: (memberId: string) => void;
}

export function createVoiceReceiver(options: ReceiverOptions): VoiceReceiver {
  const { selfUserId, mayHear } = options;
  const stats = countFromZero();
  const speakers = new Set<string>();
  const sources = createVoiceSources();
  /** When those who are said to have left have done so. */
  const departing = new Map<string, number>();
  const kept = createKeptDatagrams({ onDropped: () => stats.unattributed++ });
  const early = createEarlyDatagrams({
    onGivenUp(one) {
      hopeless.add(one.memberId);
      if (one.payload === undefined) lose(one);
      else handOn(one, one.payload);
    },
  });
  /** Whose packets were waited with in vain, until there are other keys. */
  const hopeless = new Set<string>();
  let privacyCode: string | undefined;
  let transport: VoiceTransport | undefined;
  let encryption: VoiceEncryption | undefined;
  let beginning = true;

  const leave = (memberId: string): void => {
    departing.delete(memberId);
    early.forget(memberId);
    if (speakers.delete(memberId)) options.onLeft(memberId);
  };

  function lose(one: EarlyDatagram): void {
    stats.undecryptable++;
    handOn(one, "unreadable");
  }

  function handOn({ memberId, header, arrivedMs }: EarlyDatagram, payload: VoicePacket["payload"]): void {
    if (!speakers.has(memberId)) {
      if (typeof payload === "string") return;
      speakers.add(memberId);
      options.onJoined(memberId);
    }
    const { sequence, timestamp, ssrc } = header;
    options.onPacket(memberId, { sequence, timestamp, ssrc, arrivedMs, payload });
  }

  const hear = (one: EarlyDatagram, again = false): void => {
    const { memberId, datagram, header } = one;
    if (!mayHear(memberId)) {
      stats.unheard++;
      leave(memberId);
      return;
    }
    const body = transport?.open(datagram, header.bytes);
    if (!body) {
      // Anybody can send us this: it says nothing, not even its number.
      stats.damaged++;
      return;
    }
    const payload = one.payload ?? readPayload(body, one, { stats, encryption, again });
    const isOpen = payload !== "undecryptable";
    // What waits comes first, also where this could be opened.
    if (early.has(memberId)) early.keep(isOpen ? { ...one, payload } : one);
    else if (!isOpen && hopeless.has(memberId)) lose(one);
    else if (!isOpen) early.keep(one);
    else {
      if (again) stats.earlyPackets++;
      handOn(one, payload);
    }
  };
  const tryAgain = (): void => {
    for (const one of early.takeAll()) hear(one, true);
  };
  /** Where there are other keys, what waited for them comes before what comes now. */
  const catchUp = (): void => {
    if (encryption?.privacyCode === privacyCode) return;
    privacyCode = encryption?.privacyCode;
    hopeless.clear();
    tryAgain();
  };

  return {
    stats,
    speakers,
    begin() {
      sources.clear();
      kept.clear();
      early.expire(Infinity);
      transport = undefined;
      encryption = undefined;
      beginning = true;
    },
    unlock(nextTransport, nextEncryption) {
      transport = nextTransport;
      encryption = nextEncryption;
    },
    announce(memberId, ssrc, nowMs) {
      stats.announcements++;
      if (memberId === selfUserId) return;
      departing.delete(memberId);
      sources.announce(memberId, ssrc, nowMs);
      for (const one of kept.take(ssrc, nowMs)) {
        stats.keptPackets++;
        hear({ ...one, memberId });
      }
    },
    present(memberIds) {
      for (const memberId of memberIds) departing.delete(memberId);
      if (!beginning) return;
      beginning = false;
      // Whoever left while we were away was not said to leave.
      for (const memberId of speakers) if (!memberIds.includes(memberId)) leave(memberId);
    },
    depart(memberId, nowMs) {
      sources.retire(memberId, nowMs);
      if (speakers.has(memberId)) departing.set(memberId, nowMs + stragglingMs);
    },
    dismiss: leave,
    receive(datagram, arrivedMs) {
      const header = readRtpHeader(datagram);
      if (!header) {
        stats.foreign++;
        return;
      }
      stats.packets++;
      catchUp();
      const memberId = sources.memberOf(header.ssrc, arrivedMs);
      if (memberId === undefined) kept.keep({ datagram, header, arrivedMs });
      else hear({ memberId, datagram, header, arrivedMs });
    },
    advance(nowMs) {
      catchUp();
      // Behind what was given up there may be what can be read.
      if (early.expire(nowMs)) tryAgain();
      for (const [memberId, leftMs] of departing)
        if (leftMs <= nowMs && !early.has(memberId)) leave(memberId);
      return Math.min(nowMs, early.sinceMs ?? Infinity);
    },
    end() {
      for (const memberId of speakers) leave(memberId);
      sources.clear();
      kept.clear();
    },
  };
}

interface Reading {
  readonly stats: ReceiverStats;
  readonly encryption: VoiceEncryption | undefined;
  /** It was tried before. */
  readonly again: boolean;
}

/** What is in an opened body; counts it unless it is to be tried again. */
function readPayload(
  body: Buffer,
  { header, memberId }: EarlyDatagram,
  { stats, encryption, again }: Reading,
): VoicePacket["payload"] | "undecryptable" {
  const frame = rtpPayload(header, body);
  if (!frame) {
    stats.damaged++;
    return "unreadable";
  }
  // The library hands empty frames on, or takes them for broken ones and gives up the group's keys (defects B and C).
  if (frame.length === 0) {
    stats.padding++;
    return "padding";
  }
  const opened = encryption ? encryption[again ? "reopen" : "open"](frame, memberId) : frame;
  if (opened === "undecryptable") return opened;
  stats[opened === "unencrypted" ? opened : "heard"]++;
  return opened === "unencrypted" ? "unreadable" : opened;
}

function countFromZero(): ReceiverStats {
  return {
    packets: 0,
    foreign: 0,
    keptPackets: 0,
    earlyPackets: 0,
    unattributed: 0,
    unheard: 0,
    damaged: 0,
    padding: 0,
    undecryptable: 0,
    unencrypted: 0,
    heard: 0,
    announcements: 0,
  };
}
