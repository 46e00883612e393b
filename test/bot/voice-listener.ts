import { once } from "node:events";
import { EventEmitter } from "node:events";

import { hear, type VoiceChannel, type VoiceEvent, type VoiceState } from "../../src/bot/voice-channel.ts";
import type { VoiceTiming } from "../../src/bot/voice-link.ts";
import type { VoicePacket } from "../../src/bot/voice-receiver.ts";
import {
  startVoiceServer,
  type VoiceServer,
  type VoiceServerOptions,
} from "../../src/sandbox/voice/voice-server.ts";
import { createMainGateway, guildId, type MainGateway } from "./voice-gateway.ts";

export const channelId = "1200000000000000001";
export const botId = "1100000000000000099";
export const [anna, ben, cleo, dora] = [
  "1100000000000000001",
  "1100000000000000002",
  "1100000000000000003",
  "1100000000000000004",
] as const;

/** A voice channel that is listened to, and all that was heard in it so far. */
export interface Listener {
  readonly gateway: MainGateway;
  readonly channel: VoiceChannel;
  readonly events: readonly Exclude<VoiceEvent, { type: "packet" }>[];
  /** Opus packets of a member without silence frames, in the order of their arrival. */
  heard(memberId: string): Buffer[];
  /** All packets of a member, those without sound too. */
  packets(memberId: string): VoicePacket[];
  /** Waits until it holds; looks after each event. Fails after ten seconds. */
  until(condition: () => boolean): Promise<void>;
  reached(status: VoiceState["status"]): Promise<VoiceState>;
  /** Waits until the bot's group is the one with this privacy code. */
  shares(code: () => string | null): Promise<void>;
  stop(): void;
}

const silence = Buffer.from("f8fffe", "hex");
const quiet = (): void => undefined;

export function listen(
  server: VoiceServer,
  options: {
    readonly isOptedOut?: (memberId: string) => boolean;
    readonly timing?: Partial<VoiceTiming>;
    readonly group?: string;
    readonly userId?: string;
    readonly prepare?: (gateway: MainGateway) => void;
  } = {},
): Listener {
  const { userId = botId, isOptedOut = () => false, timing = {}, group = userId } = options;
  const gateway = createMainGateway(server, userId);
  options.prepare?.(gateway);
  const stopping = new AbortController();
  const channel = hear({
    guildId,
    channelId,
    adapterCreator: gateway.adapterCreator,
    selfUserId: userId,
    isOptedOut,
    signal: stopping.signal,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    timing,
    group,
  });
  const events: Exclude<VoiceEvent, { type: "packet" }>[] = [];
  const packets = new Map<string, VoicePacket[]>();
  const changes = new EventEmitter();
  void (async () => {
    for await (const event of channel.events) {
      if (event.type === "packet") {
        const { memberId, packet } = event;
        packets.set(memberId, [...(packets.get(memberId) ?? []), packet]);
      } else events.push(event);
      changes.emit("change");
    }
  })();

  const listener: Listener = {
    gateway,
    channel,
    events,
    packets: (memberId) => packets.get(memberId) ?? [],
    heard: (memberId) =>
      listener
        .packets(memberId)
        .flatMap(({ payload }) => (typeof payload === "string" ? [] : [Buffer.from(payload)]))
        .filter((payload) => !payload.equals(silence)),
    async until(condition) {
      const deadline = AbortSignal.timeout(10_000);
      // Not everything that is waited for is an event.
      const clock = setInterval(() => changes.emit("change"), 20);
      try {
        while (!condition()) await once(changes, "change", { signal: deadline });
      } finally {
        clearInterval(clock);
      }
    },
    async reached(status) {
      await listener.until(() => channel.state.status === status);
      return channel.state;
    },
    shares: (code) => listener.until(() => Boolean(channel.privacyCode) && channel.privacyCode === code()),
    stop: () => stopping.abort(),
  };
  return listener;
}

/** Servers and listeners of one test, to be ended after it. */
export function createStage(): {
  serve(options?: VoiceServerOptions): Promise<VoiceServer>;
  listen(...args: Parameters<typeof listen>): Listener;
  end(): Promise<void>;
} {
  const servers: VoiceServer[] = [];
  const listeners: Listener[] = [];
  return {
    async serve(options) {
      const server = await startVoiceServer(options);
      servers.push(server);
      return server;
    },
    listen(...args) {
      const listener = listen(...args);
      listeners.push(listener);
      return listener;
    },
    async end() {
      for (const listener of listeners.splice(0)) listener.stop();
      for (const server of servers.splice(0)) await server.close();
    },
  };
}
