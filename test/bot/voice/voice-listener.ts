import {
  hear,
  type VoiceChannel,
  type VoiceEvent,
  type VoiceState,
} from "../../../src/bot/voice/voice-channel.ts";
import type { VoiceTiming } from "../../../src/bot/voice/voice-link.ts";
import type { VoicePacket } from "../../../src/bot/voice/voice-receiver.ts";
import {
  startVoiceServer,
  type VoiceServer,
  type VoiceServerOptions,
} from "../../../src/sandbox/voice/voice-server.ts";
import { createMainGateway, guildId, type MainGateway } from "./voice-gateway.ts";

export const channelId = "1200000000000000001";
export const botId = "1100000000000000099";
export const [anna, ben, cleo, dora] = [
  "1100000000000000001",
  "1100000000000000002",
  "1100000000000000003",
  "1100000000000000004",
] as const;

/** What happens, but for sound and the time. */
type Happening = Exclude<VoiceEvent, { type: "packet" | "time" }>;

/** A voice channel that is listened to, and all that was heard in it so far. */
export interface Listener {
  readonly gateway: MainGateway;
  readonly channel: VoiceChannel;
  readonly events: readonly Happening[];
  /** Opus packets of a member without silence frames, in the order of their arrival. */
  heard(memberId: string): Buffer[];
  /** All packets of a member, those without sound too. */
  packets(memberId: string): VoicePacket[];
  /** Waits until it holds; looks after each event. Fails after ten seconds. */
  until(condition: () => boolean): Promise<void>;
  /** Waits for the state, however short it is. */
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
  const events: Happening[] = [];
  const packets = new Map<string, VoicePacket[]>();
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  let seen: VoiceState = { status: "joining", attempt: 0 };
  void (async () => {
    for await (const event of channel.events) {
      if (event.type === "packet") {
        const { memberId, packet } = event;
        packets.set(memberId, [...(packets.get(memberId) ?? []), packet]);
      } else if (event.type !== "time") events.push(event);
      if (event.type === "state") seen = event.state;
      look();
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
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!condition()) return;
          stop();
          resolve();
        };
        // Not everything that is waited for is an event.
        const clock = setInterval(check, 20);
        const deadline = setTimeout(() => {
          stop();
          reject(new Error("waited for ten seconds"));
        }, 10_000);
        const stop = (): void => {
          waiting.delete(check);
          clearInterval(clock);
          clearTimeout(deadline);
        };
        waiting.add(check);
        check();
      }),
    async reached(status) {
      let state = seen;
      await listener.until(() => (state = seen).status === status);
      return state;
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
  /** A server that goes away in the middle of a test. */
  close(server: VoiceServer): Promise<void>;
  end(): Promise<void>;
} {
  const servers = new Set<VoiceServer>();
  const listeners: Listener[] = [];
  const stage: ReturnType<typeof createStage> = {
    async serve(options) {
      const server = await startVoiceServer(options);
      servers.add(server);
      return server;
    },
    listen(...args) {
      const listener = listen(...args);
      listeners.push(listener);
      return listener;
    },
    async close(server) {
      servers.delete(server);
      await server.close();
    },
    async end() {
      for (const listener of listeners.splice(0)) listener.stop();
      await Promise.all([...servers].map((server) => stage.close(server)));
    },
  };
  return stage;
}
