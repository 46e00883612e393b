import type { VoiceEncryption } from "./voice-encryption.ts";
import { createKeptDatagrams } from "./voice-kept.ts";
import { readRtpHeader, rtpPayload, type RtpHeader } from "./voice-rtp.ts";
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
  /** Packets of nobody known, dropped after a second. */
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
  /** op 13 */
  depart(memberId: string): void;
  /** A member who opted out is no speaker any more; should they opt in again, it is still known which packets are theirs. */
  dismiss(memberId: string): void;
  receive(datagram: Buffer, arrivedMs: number): void;
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
  const stats: ReceiverStats = {
    packets: 0,
    foreign: 0,
    keptPackets: 0,
    unattributed: 0,
    unheard: 0,
    damaged: 0,
    padding: 0,
    undecryptable: 0,
    unencrypted: 0,
    heard: 0,
    announcements: 0,
  };
  const speakers = new Set<string>();
  const memberOf = new Map<number, string>();
  const kept = createKeptDatagrams({ onDropped: () => stats.unattributed++ });
  let transport: VoiceTransport | undefined;
  let encryption: VoiceEncryption | undefined;
  let beginning = true;

  const leave = (memberId: string): void => {
    if (speakers.delete(memberId)) options.onLeft(memberId);
  };
  const unmap = (memberId: string): void => {
    for (const [ssrc, id] of memberOf) if (id === memberId) memberOf.delete(ssrc);
  };

  const open = (body: Buffer, header: RtpHeader, memberId: string): VoicePacket["payload"] => {
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
    const opened = encryption ? encryption.open(frame, memberId) : frame;
    if (typeof opened !== "string") stats.heard++;
    else stats[opened]++;
    return typeof opened === "string" ? "unreadable" : opened;
  };

  const hear = (memberId: string, header: RtpHeader, datagram: Buffer, arrivedMs: number): void => {
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
    const payload = open(body, header, memberId);
    if (!speakers.has(memberId)) {
      if (typeof payload === "string") return;
      speakers.add(memberId);
      options.onJoined(memberId);
    }
    const { sequence, timestamp, ssrc } = header;
    options.onPacket(memberId, { sequence, timestamp, ssrc, arrivedMs, payload });
  };

  return {
    stats,
    speakers,
    begin() {
      memberOf.clear();
      kept.clear();
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
      if (memberOf.get(ssrc) !== memberId) {
        unmap(memberId);
        memberOf.set(ssrc, memberId);
      }
      for (const { datagram, header, arrivedMs } of kept.take(ssrc, nowMs)) {
        stats.keptPackets++;
        hear(memberId, header, datagram, arrivedMs);
      }
    },
    present(memberIds) {
      if (!beginning) return;
      beginning = false;
      // Whoever left while we were away was not said to leave.
      for (const memberId of speakers) if (!memberIds.includes(memberId)) leave(memberId);
    },
    depart(memberId) {
      unmap(memberId);
      leave(memberId);
    },
    dismiss: leave,
    receive(datagram, arrivedMs) {
      const header = readRtpHeader(datagram);
      if (!header) {
        stats.foreign++;
        return;
      }
      stats.packets++;
      const memberId = memberOf.get(header.ssrc);
      if (memberId === undefined) kept.keep({ datagram, header, arrivedMs });
      else hear(memberId, header, datagram, arrivedMs);
    },
    end() {
      for (const memberId of speakers) leave(memberId);
      memberOf.clear();
      kept.clear();
    },
  };
}
