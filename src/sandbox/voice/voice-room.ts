import { createDaveRoom } from "./dave-room.ts";
import type { DaveRoom } from "./dave-room.ts";
import { createFate } from "./impairment.ts";
import type { Impairment } from "./impairment.ts";
import { createLocalMember } from "./local-member.ts";
import type { LocalMember } from "./local-member.ts";
import type { MediaSocket } from "./media-socket.ts";
import { rtpBody, rtpHeader } from "./transport.ts";
import type { RtpFields } from "./transport.ts";
import type { VoiceSession } from "./voice-session.ts";

/** One voice channel on its server: people of this process, clients that connected, and what passes between them. */
export interface VoiceRoom {
  readonly channelId: string;
  /** Undefined for a stage channel, which is not end-to-end encrypted. */
  readonly dave: DaveRoom | undefined;
  readonly memberIds: readonly string[];
  /** Packets sent to clients so far, and how many of them the network swallowed. */
  readonly traffic: { readonly packets: number; readonly lost: number };
  /** Applies to everything sent from now on. */
  impair(impairment: Impairment): void;
  enter(person: {
    readonly id: string;
    readonly commitDelayMs?: number;
    /** Forgets its keys when a new group is founded, as some clients do; others use them until the new ones are in force. */
    readonly clearBetweenGroups?: boolean;
    /** Leaves out op 11: clients hear of the person from proposals and packets alone. */
    readonly unannounced?: boolean;
  }): VoicePerson;
  /** A client that can hear from now on; `leave` when its session is over. */
  connect(session: VoiceSession): void;
  leave(memberId: string): void;
  close(): void;
}

export interface SayOptions {
  /** op 5 goes out so long after the first packet, as it does on a busy server; 0 sends it before. */
  readonly announceAfterMs?: number;
  /** One-byte header extension elements, as desktop clients send; a multiple of four bytes. */
  readonly extension?: Buffer;
  /** Contributing sources (RFC 3550 §5.1), as a mixer lists them. */
  readonly csrcs?: readonly number[];
  /** What becomes of each frame after its end-to-end encryption, or instead of it. */
  readonly frame?: (sealed: Buffer, packet: Buffer) => Buffer;
  /** Told of each packet that the network swallows on its way to a client. */
  readonly onLost?: (packet: Buffer) => void;
  /** Sends five silence frames at the end, as clients do; yes unless told. */
  readonly trailingSilence?: boolean;
  readonly signal?: AbortSignal;
}

/** A person whose client runs in this process. */
export interface VoicePerson {
  readonly id: string;
  readonly ssrc: number;
  readonly privacyCode: string | null;
  /** Waits until the group's keys are there. */
  ready(): Promise<void>;
  /** Sends 20 ms Opus packets in real time, null for a packet that is not sent (DTX); resolves after the last one. */
  say(packets: readonly (Buffer | null)[], options?: SayOptions): Promise<void>;
  /** Packets of nothing but padding, as clients send to probe the bandwidth. */
  pad(count: number, extension?: Buffer): void;
  /** A new ssrc, as after the person's client reconnected. */
  changeSsrc(): void;
  leave(): void;
}

const silenceFrame = Buffer.from("f8fffe", "hex");
const ticksPerFrame = 960;
const frameMs = 20;

export interface RoomOptions {
  readonly channelId: string;
  readonly encrypted: boolean;
  readonly media: MediaSocket;
  readonly newSsrc: () => number;
  readonly seed: number;
}

export function createVoiceRoom({ channelId, encrypted, media, newSsrc, seed }: RoomOptions): VoiceRoom {
  const dave = encrypted ? createDaveRoom(channelId) : undefined;
  const people = new Map<string, LocalMember>();
  const sessions = new Map<string, VoiceSession>();
  const announced = new Map<string, number>();
  /** A fate for everybody who speaks: what becomes of a person's packets does not hang on when others speak. */
  const fates = new Map<string, ReturnType<typeof createFate>>();
  const pacer = createPacer();
  const traffic = { packets: 0, lost: 0 };
  let impairment: Impairment = {};

  const memberIds = (): readonly string[] => [...people.keys(), ...sessions.keys()];
  const announce = (id: string, ssrc: number): void => {
    announced.set(id, ssrc);
    for (const session of sessions.values()) session.send(5, { user_id: id, ssrc, speaking: 1 });
  };
  const fateOf = (id: string): ReturnType<typeof createFate> => {
    const fate = fates.get(id) ?? createFate(seed + fates.size);
    fates.set(id, fate);
    return fate;
  };
  /** False where a client does not get it. */
  const deliver = (id: string, fields: RtpFields, payload: Buffer): boolean => {
    let arrives = true;
    for (const { ssrc, transport } of sessions.values()) {
      if (!transport) continue;
      const delays = fateOf(id)(impairment);
      traffic.packets++;
      if (delays.length === 0) {
        traffic.lost++;
        arrives = false;
      }
      for (const delayMs of delays) {
        const packet = transport.seal(rtpHeader(fields), rtpBody(fields, payload));
        if (delayMs === 0) media.send(ssrc, packet);
        else setTimeout(() => media.send(ssrc, packet), delayMs);
      }
    }
    return arrives;
  };

  const room: VoiceRoom = {
    channelId,
    dave,
    get memberIds() {
      return memberIds();
    },
    traffic,
    impair(next) {
      impairment = next;
    },
    enter({ id, unannounced = false, ...how }) {
      const member = createLocalMember({ id, channelId, dave, ...how, connected: memberIds });
      people.set(id, member);
      if (!unannounced) for (const session of sessions.values()) session.send(11, { user_ids: [id] });
      dave?.join(member);
      return createPerson(member, {
        pacer,
        newSsrc,
        announce: (ssrc) => announce(id, ssrc),
        deliver: (fields, payload) => deliver(id, fields, payload),
        leave: () => room.leave(id),
      });
    },
    connect(session) {
      const others = memberIds().filter((id) => id !== session.id);
      sessions.set(session.id, session);
      session.send(11, { user_ids: [...others, session.id] });
      for (const [userId, ssrc] of announced) session.send(5, { user_id: userId, ssrc, speaking: 1 });
      for (const other of sessions.values()) {
        if (other !== session) other.send(11, { user_ids: [session.id] });
      }
      if (session.daveVersion > 0) dave?.join(session);
    },
    leave(memberId) {
      people.get(memberId)?.depart();
      if (!people.delete(memberId) && !sessions.delete(memberId)) return;
      announced.delete(memberId);
      for (const session of sessions.values()) session.send(13, { user_id: memberId });
      dave?.leave(memberId);
    },
    close() {
      pacer.stop();
    },
  };
  return room;
}

interface Channel {
  readonly pacer: Pacer;
  readonly newSsrc: () => number;
  readonly announce: (ssrc: number) => void;
  readonly deliver: (fields: RtpFields, payload: Buffer) => boolean;
  readonly leave: () => void;
}

function createPerson(member: LocalMember, channel: Channel): VoicePerson {
  let ssrc = channel.newSsrc();
  let sequence = 1000;
  // RTP time runs with the wall clock, also while nothing is sent.
  const startTick = channel.pacer.tick();
  const timestampAt = (tick: number): number => (tick - startTick) * ticksPerFrame;
  const send = (tick: number, payload: Buffer, extra: Partial<RtpFields> = {}): boolean =>
    channel.deliver({ sequence: sequence++, timestamp: timestampAt(tick), ssrc, ...extra }, payload);

  return {
    id: member.id,
    get ssrc() {
      return ssrc;
    },
    get privacyCode() {
      return member.privacyCode;
    },
    ready: () => channel.pacer.until(() => member.ready),
    async say(packets, options = {}) {
      const { announceAfterMs = 0, extension, csrcs, trailingSilence = true, signal, onLost } = options;
      const { frame = (sealed: Buffer) => sealed } = options;
      const extra = { ...(extension && { extension }), ...(csrcs && { csrcs }) };
      if (announceAfterMs === 0) channel.announce(ssrc);
      else setTimeout(() => channel.announce(ssrc), announceAfterMs);
      const queue = [...packets, ...(trailingSilence ? Array.from({ length: 5 }, () => silenceFrame) : [])];
      await channel.pacer.each(queue, signal, (packet, tick) => {
        if (packet === null) return;
        // The server itself may send silence frames, so clients take them unencrypted.
        const sealed = packet === silenceFrame ? packet : frame(member.encrypt(packet), packet);
        if (!send(tick, sealed, extra)) onLost?.(packet);
      });
    },
    pad(count, extension) {
      for (let one = 0; one < count; one++) {
        send(channel.pacer.tick(), Buffer.alloc(0), { padding: 200, ...(extension ? { extension } : {}) });
      }
    },
    changeSsrc() {
      ssrc = channel.newSsrc();
    },
    leave: channel.leave,
  };
}

interface Pacer {
  /** Frames of 20 ms since the pacer started. */
  tick(): number;
  /** One item each 20 ms by the wall clock, catching up after a late timer; `tick` is when it was due. */
  each<Item>(
    items: readonly Item[],
    signal: AbortSignal | undefined,
    act: (item: Item, tick: number) => void,
  ): Promise<void>;
  until(condition: () => boolean): Promise<void>;
  stop(): void;
}

/** One clock for everybody in a room, so that people who speak at once stay in step. */
function createPacer(): Pacer {
  const startMs = performance.now();
  const running = new Set<() => boolean>();
  const tick = (): number => Math.floor((performance.now() - startMs) / frameMs);
  const timer = setInterval(() => {
    for (const step of running) if (!step()) running.delete(step);
  }, frameMs / 2);
  const run = async (step: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      running.add(() => {
        const goOn = step();
        if (!goOn) resolve();
        return goOn;
      });
    });
  return {
    tick,
    each(items, signal, act) {
      const from = tick();
      let done = 0;
      return run(() => {
        const due = Math.min(items.length, tick() - from);
        if (signal?.aborted) return false;
        for (; done < due; done++) act(items[done] as (typeof items)[number], from + done);
        return done < items.length;
      });
    },
    until: (condition) => run(() => !condition()),
    stop: () => clearInterval(timer),
  };
}
