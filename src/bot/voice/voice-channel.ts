import type { DAVESession, DiscordGatewayAdapterCreator } from "@discordjs/voice";

import type { BotLog } from "../log.ts";
import { errorCodes } from "../discord/refusals.ts";
import { startVoiceClock } from "./voice-clock.ts";
import { createVoiceEncryption, type EncryptionHooks, type VoiceEncryption } from "./voice-encryption.ts";
import { createEventQueue } from "./voice-events.ts";
import { type LinkState, openVoiceLink, type VoiceTiming, voiceTiming } from "./voice-link.ts";
import { createVoiceReceiver, type ReceiverStats, type VoicePacket } from "./voice-receiver.ts";
import { createVoiceTransport } from "./voice-transport.ts";

/** How far the bot is with listening. */
export type VoiceState =
  | Exclude<LinkState, { readonly status: "connected" }>
  | { readonly status: "listening" }
  /** The server lets the bot hear nothing; packets that come nevertheless are dropped unread. */
  | { readonly status: "deafened" };

/** What happens in a voice channel, in its order. Packets of a speaker come between "speaker-joined" and "speaker-left". */
export type VoiceEvent =
  | { readonly type: "state"; readonly state: VoiceState }
  /** The bot was moved; what comes next is said in another channel. */
  | { readonly type: "moved"; readonly channelId: string }
  | { readonly type: "speaker-joined"; readonly memberId: string }
  | { readonly type: "packet"; readonly memberId: string; readonly packet: VoicePacket }
  | { readonly type: "speaker-left"; readonly memberId: string }
  /** Every packet that came until then is behind us: `nowMs` by performance.now(), a few times a second. */
  | { readonly type: "time"; readonly nowMs: number };

/** What the watchdog looks at. All count up from 0. */
export interface VoiceStats extends Readonly<ReceiverStats> {
  /** Times that the bot joined again, or took up a dropped connection where it was. */
  readonly rejoins: number;
  readonly resumes: number;
  /** Times that it left the encryption's group to be let in again, and times that this made no sense any more. */
  readonly recoveries: number;
  readonly recoveriesRefused: number;
  /** Exceptions of the voice library that would have ended the process. */
  readonly faults: number;
  /** Packets that the listener was too slow for. */
  readonly overflowed: number;
}

/** What can be tried when nothing is heard, from the least to the most. */
export type RecoveryStep = "resubscribe" | "rejoin" | "reinitialize";

/** A voice channel that is listened to. */
export interface VoiceChannel {
  readonly state: VoiceState;
  /** Where the bot is, or wants to be. */
  readonly channelId: string;
  readonly speakers: ReadonlySet<string>;
  /** What every member of an end-to-end encrypted call sees as its privacy code. */
  readonly privacyCode: string | undefined;
  /** Undefined before the voice server was reached. */
  readonly encryption: VoiceEncryption["status"] | undefined;
  readonly stats: VoiceStats;
  /** For one listener. Ends after the state "left". */
  readonly events: AsyncIterable<VoiceEvent>;
  /** Resolves with the first state that is neither joining nor waiting. */
  arrived(): Promise<VoiceState>;
  recover(step: RecoveryStep): void;
  /** Has a member who opts out leave at once, not with their next packet. */
  dismiss(memberId: string): void;
  leave(): void;
}

export interface HearOptions {
  readonly guildId: string;
  readonly channelId: string;
  /** As in `guild.voiceAdapterCreator` of discord.js. */
  readonly adapterCreator: DiscordGatewayAdapterCreator;
  readonly selfUserId: string;
  /** Asked for each packet, before it is opened. */
  readonly isOptedOut: (memberId: string) => boolean;
  /** Leaves. */
  readonly signal: AbortSignal;
  readonly log: BotLog;
  readonly timing?: Partial<VoiceTiming>;
  /** For several bots of one process in one guild. */
  readonly group?: string;
}

/** Some seconds of a hundred people who all talk. */
const maxQueuedPackets = 16_384;
const clockEveryMs = 100;
const [opSpeaking, opClientsConnect, opClientDisconnect] = [5, 11, 13];

/** Joins a voice channel and hears everybody in it who may be heard. Throws where the bot is in one of this guild already. */
export function hear(options: HearOptions): VoiceChannel {
  const { log, signal } = options;
  const timing = { ...voiceTiming, ...options.timing };
  const counts = { rejoins: 0, resumes: 0, recoveries: 0, recoveriesRefused: 0, faults: 0 };
  const queue = createEventQueue<VoiceEvent>({
    maxPackets: maxQueuedPackets,
    isPacket: ({ type }) => type === "packet" || type === "time",
  });
  let { channelId } = options;
  let linkState: LinkState = { status: "joining", attempt: 0 };
  let deafened = false;
  let encryption: VoiceEncryption | undefined;
  let onArrival: ((state: VoiceState) => void)[] = [];

  const stateNow = (): VoiceState =>
    linkState.status === "connected" ? { status: deafened ? "deafened" : "listening" } : linkState;
  const tell = (): void => {
    const state = stateNow();
    queue.push({ type: "state", state });
    log.info({ guildId: options.guildId, channelId, ...state }, "voice channel");
    if (isArrival(state)) for (const resolve of onArrival.splice(0)) resolve(state);
  };
  const onFault = (where: string, error: unknown): void => {
    counts.faults++;
    log.warn({ guildId: options.guildId, where, ...errorCodes(error) }, "voice library failed");
  };

  const receiver = createVoiceReceiver({
    selfUserId: options.selfUserId,
    mayHear: (memberId) => !deafened && !options.isOptedOut(memberId),
    onJoined: (memberId) => queue.push({ type: "speaker-joined", memberId }),
    onPacket: (memberId, packet) => queue.push({ type: "packet", memberId, packet }),
    onLeft: (memberId) => queue.push({ type: "speaker-left", memberId }),
  });
  const onKeys = (mode: string, key: Uint8Array, dave: DAVESession | undefined): void => {
    const hooks: EncryptionHooks = {
      onFault,
      onRecovery: (outcome) => counts[outcome === "started" ? "recoveries" : "recoveriesRefused"]++,
    };
    encryption = dave && createVoiceEncryption(dave, hooks, timing);
    receiver.unlock(createVoiceTransport(mode, key), encryption);
  };

  const leave = (): void => link.leave("asked");
  let datagrams = 0;
  const clock = startVoiceClock({
    everyMs: clockEveryMs,
    read: () => datagrams,
    onTime: (nowMs) => queue.push({ type: "time", nowMs: receiver.advance(nowMs) }),
  });
  const link = openVoiceLink({
    guildId: options.guildId,
    channelId,
    adapterCreator: options.adapterCreator,
    group: options.group ?? "default",
    timing,
    hooks: {
      onState(next) {
        linkState = next;
        if (next.status === "left") receiver.end();
        tell();
        if (next.status !== "left") return;
        clock.stop();
        queue.end();
        signal.removeEventListener("abort", leave);
      },
      onSession() {
        encryption = undefined;
        receiver.begin();
      },
      onMessage: (op, data) => onMessage(receiver, op, data),
      onDatagram(datagram, arrivedMs) {
        datagrams++;
        receiver.receive(datagram, arrivedMs);
      },
      onKeys,
      onTransitioned: () => encryption?.transitioned(),
      onMoved(next) {
        channelId = next;
        queue.push({ type: "moved", channelId });
      },
      onDeafened(next) {
        if (deafened === next) return;
        deafened = next;
        if (linkState.status === "connected") tell();
      },
      onFault,
      onCount: (what) => counts[what]++,
    },
  });
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();

  return {
    get state() {
      return stateNow();
    },
    get channelId() {
      return channelId;
    },
    speakers: receiver.speakers,
    get privacyCode() {
      return link.privacyCode;
    },
    get encryption() {
      return encryption?.status;
    },
    get stats() {
      return { ...receiver.stats, ...counts, overflowed: queue.overflowed };
    },
    events: queue.events,
    async arrived() {
      const state = stateNow();
      return isArrival(state) ? state : new Promise((resolve) => void onArrival.push(resolve));
    },
    recover(step) {
      log.info({ guildId: options.guildId, channelId, step }, "trying to hear again");
      if (step === "rejoin") link.rejoin();
      else if (step === "reinitialize") link.reinitialize();
      else {
        link.askForAudio();
        if (encryption?.status === "waiting") encryption.recover();
      }
    },
    dismiss: (memberId) => receiver.dismiss(memberId),
    leave,
  };
}

/** Who speaks as what, who came and who left: the voice gateway's word for it, whatever shape it comes in. */
function onMessage(receiver: ReturnType<typeof createVoiceReceiver>, op: number, data: unknown): void {
  const { user_id: memberId, user_ids: memberIds, ssrc } = isRecord(data) ? data : {};
  if (op === opSpeaking && typeof memberId === "string" && typeof ssrc === "number") {
    receiver.announce(memberId, ssrc, performance.now());
  } else if (op === opClientsConnect && Array.isArray(memberIds)) {
    receiver.present(memberIds.filter((one) => typeof one === "string"));
  } else if (op === opClientDisconnect && typeof memberId === "string")
    receiver.depart(memberId, performance.now());
}

function isArrival({ status }: VoiceState): boolean {
  return status !== "joining" && status !== "waiting";
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null;
}
