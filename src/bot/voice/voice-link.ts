import {
  type DAVESession,
  type DiscordGatewayAdapterCreator,
  type Networking,
  type VoiceConnection,
  VoiceConnectionStatus,
} from "@discordjs/voice";

import { watchAdapter } from "./voice-adapter.ts";
import { createAlarms } from "./voice-alarms.ts";
import { closeConnection, isInVoice, openConnection, sendSilence } from "./voice-connection.ts";
import { watchNetworking } from "./voice-networking.ts";
import { createBurstLimit, judgeClose, type LeaveReason, rejoinDelayMs } from "./voice-rejoin.ts";

/** Where the bot is on its way into a voice channel. */
export type LinkState =
  | { readonly status: "joining"; readonly attempt: number }
  | { readonly status: "connected" }
  /** Thrown out or never let in; tries again by itself. */
  | {
      readonly status: "waiting";
      readonly attempt: number;
      readonly retryInMs: number;
      /** Of the voice gateway; undefined where it was not what ended the last attempt. */
      readonly closeCode: number | undefined;
    }
  | { readonly status: "left"; readonly reason: LeaveReason; readonly closeCode: number | undefined };

/** How long things may take, in ms. */
export interface VoiceTiming {
  /** From asking Discord to hearing. */
  readonly connectMs: number;
  /** Between two requests of IP discovery. */
  readonly discoveryRetryMs: number;
  /** For Discord to say where we were moved, after 4014. */
  readonly moveMs: number;
  /** Listening without a break for so long forgives earlier failures. */
  readonly settledMs: number;
  /** For Discord to confirm that we left, before joining again. */
  readonly leaveMs: number;
  /** For clear frames to be let through after a channel's encryption was switched on. */
  readonly passthroughMs: number;
  /** Wait before each attempt to rejoin, counted from 1. */
  readonly rejoinDelayMs: (attempt: number) => number;
}

export const voiceTiming: VoiceTiming = {
  connectMs: 15_000,
  discoveryRetryMs: 1000,
  moveMs: 5000,
  settledMs: 60_000,
  leaveMs: 1000,
  passthroughMs: 10_000,
  rejoinDelayMs,
};

export interface LinkHooks {
  onState(state: LinkState): void;
  /** A new voice session begins: nothing that was known of the one before holds. */
  onSession(): void;
  onMessage(op: number, data: unknown): void;
  onDatagram(datagram: Buffer, arrivedMs: number): void;
  /** Throws where the keys are of no use. */
  onKeys(mode: string, key: Uint8Array, dave: DAVESession | undefined): void;
  /** The library has executed a transition of the group's keys. */
  onTransitioned(): void;
  onMoved(channelId: string): void;
  onDeafened(deafened: boolean): void;
  /** What would have ended the process, or went wrong on the way. */
  onFault(where: string, error: unknown): void;
  onCount(what: "rejoins" | "resumes"): void;
}

export interface LinkOptions {
  readonly guildId: string;
  readonly channelId: string;
  readonly adapterCreator: DiscordGatewayAdapterCreator;
  /** Bots in one process that are in one guild each need a group of their own. */
  readonly group: string;
  readonly timing: VoiceTiming;
  readonly hooks: LinkHooks;
}

/** The library's connection, held back from everything that would end the process or storm Discord. */
export interface VoiceLink {
  readonly privacyCode: string | undefined;
  /** Sends a little silence: it opens the way for what others say. */
  askForAudio(): void;
  /** Leaves and joins again. */
  rejoin(): void;
  /** The same with a connection that knows nothing of the one before. */
  reinitialize(): void;
  leave(reason: LeaveReason): void;
}

const maxRejoins = 5;
/** A voice server that drops us more often than that is not worth resuming with. */
const resumeLimit = { max: 5, withinMs: 30_000 };

/** Joins at once. Throws where the bot is in a voice channel of this guild already. */
export function openVoiceLink(options: LinkOptions): VoiceLink {
  const { guildId, group, timing, hooks } = options;
  if (isInVoice(options)) throw new Error("the bot is in a voice channel of this guild already");
  const alarms = createAlarms<"deadline" | "retry" | "move" | "settled">();
  let state: LinkState = { status: "joining", attempt: 0 };
  let attempts = 0;
  let answered = false;
  let moved = false;
  let networking: Networking | undefined;
  let resumesTooOften = createBurstLimit(resumeLimit);

  const enter = (next: LinkState): void => {
    state = next;
    hooks.onState(next);
  };
  const leave = (reason: LeaveReason, closeCode?: number): void => {
    if (state.status === "left") return;
    alarms.stopAll();
    adapter.release();
    enter({ status: "left", reason, closeCode });
    closeConnection(connection);
  };
  /** Tries again after a while, or gives up. */
  const fail = (closeCode?: number): void => {
    if (state.status === "left") return;
    alarms.stopAll();
    adapter.hold();
    attempts++;
    if (attempts > maxRejoins) {
      leave(answered ? "unreachable" : "unanswered", closeCode);
      return;
    }
    const retryInMs = timing.rejoinDelayMs(attempts);
    alarms.set("retry", retryInMs, join);
    enter({ status: "waiting", attempt: attempts, retryInMs, closeCode });
  };
  const expect = (withinMs: number): void => alarms.set("deadline", withinMs, abandon);
  /** What does not get anywhere is given up; the library itself would wait for ever. */
  const abandon = (): void => {
    networking?.destroy();
    fail();
  };
  const join = (): void => {
    if (state.status === "left") return;
    alarms.stopAll();
    adapter.release();
    hooks.onCount("rejoins");
    enter({ status: "joining", attempt: attempts });
    expect(timing.connectMs);
    if (connection.state.status === VoiceConnectionStatus.Destroyed) connection = connect();
    else connection.rejoin({ channelId: adapter.channelId, selfDeaf: false, selfMute: false });
  };
  const restart = (depart: () => unknown): void => {
    if (state.status === "left" || adapter.departing) return;
    alarms.stopAll();
    adapter.release();
    adapter.departBy(depart);
    alarms.set("retry", timing.leaveMs, join);
  };

  const onClosed = (code: number): void => {
    const verdict = judgeClose(code);
    if (verdict === "rejoin") fail(code);
    else if (verdict === "wait") {
      alarms.stopAll();
      alarms.set("move", timing.moveMs, () => (moved ? fail(code) : leave("removed", code)));
    } else leave(verdict, code);
  };
  const onResuming = (): void => {
    hooks.onCount("resumes");
    // Not from within the library's own change of state: as soon as it is through.
    expect(resumesTooOften() ? 0 : timing.connectMs);
  };
  const onNetworking = (next: Networking): void => {
    [networking, answered, moved, resumesTooOften] = [next, true, false, createBurstLimit(resumeLimit)];
    alarms.stopAll();
    adapter.release();
    expect(timing.connectMs);
    if (state.status !== "joining") enter({ status: "joining", attempt: attempts });
    hooks.onSession();
    watchNetworking(next, { ...hooks, onResuming, onClosed }, timing.discoveryRetryMs);
  };
  const askForAudio = (): void => sendSilence(connection, (error) => hooks.onFault("silence", error));
  const onReady = (): void => {
    alarms.stop("deadline");
    alarms.set("settled", timing.settledMs, () => (attempts = 0));
    if (state.status !== "connected") enter({ status: "connected" });
    askForAudio();
  };
  const adapter = watchAdapter(options.adapterCreator, options.channelId, {
    onGone(asked) {
      if (!asked) leave("removed");
      // Discord's word for it may also come when we are on our way back already.
      else if (state.status !== "joining") join();
    },
    onMoved(channelId) {
      moved = true;
      hooks.onMoved(channelId);
      // Where no voice server comes along with the move, we ask for one.
      alarms.set("move", timing.moveMs, fail);
    },
    onDeafened: (deafened) => hooks.onDeafened(deafened),
    onFault(error) {
      hooks.onFault("gateway", error);
      fail();
    },
  });
  const connect = (): VoiceConnection =>
    openConnection(
      { guildId, channelId: adapter.channelId, group, adapterCreator: adapter.creator },
      {
        ...hooks,
        onNetworking,
        onReady,
        onGatewayBusy: fail,
        onServerGone: () => expect(timing.connectMs),
        onDestroyed: () => (adapter.departing ? undefined : leave("gateway-lost")),
        onError: (error) => hooks.onFault("connection", error),
      },
    );
  expect(timing.connectMs);
  let connection = connect();
  return {
    get privacyCode() {
      return connection.voicePrivacyCode;
    },
    askForAudio,
    rejoin: () => restart(() => connection.disconnect()),
    reinitialize: () => restart(() => closeConnection(connection)),
    leave,
  };
}
