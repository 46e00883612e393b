import { Socket } from "node:dgram";

import {
  type DAVESession,
  type Networking,
  type NetworkingState,
  NetworkingStatusCode,
  type VoiceUDPSocket,
  type VoiceWebSocket,
} from "@discordjs/voice";

import { createMessagesInTurn } from "./voice-drain.ts";

/** What comes over one connection to a voice server. */
export interface NetworkingHooks {
  /** A JSON message of the voice gateway. */
  onMessage(op: number, data: unknown): void;
  onDatagram(datagram: Buffer, arrivedMs: number): void;
  /** The session's keys: `mode` as in op 4. */
  onKeys(mode: string, key: Uint8Array, dave: DAVESession | undefined): void;
  onResuming(): void;
  onClosed(code: number): void;
  /** The library would have thrown into an event handler, which ends the process. */
  onFault(where: string, error: unknown): void;
}

/** Follows a connection through its states and guards each websocket and socket that it opens. */
export function watchNetworking(
  networking: Networking,
  hooks: NetworkingHooks,
  discoveryRetryMs: number,
): void {
  let ws: VoiceWebSocket | undefined;
  let udp: VoiceUDPSocket | undefined;
  let key: Uint8Array | undefined;
  let discovery: NodeJS.Timeout | undefined;
  let datagrams = 0;

  const follow = (state: NetworkingState): void => {
    clearInterval(discovery);
    if (state.code === NetworkingStatusCode.Closed) return;
    if (state.ws !== ws) {
      ws = state.ws;
      surviveMessages(networking, ws, { hooks, read: () => datagrams });
      ws.on("packet", (packet: unknown) => {
        if (isMessage(packet)) hooks.onMessage(packet.op, packet.d);
      });
    }
    if ("udp" in state && state.udp !== udp) {
      udp = state.udp;
      keepMore(udp, hooks);
      udp.on("message", (datagram) => {
        datagrams++;
        hooks.onDatagram(datagram, performance.now());
      });
    }
    if (state.code === NetworkingStatusCode.UdpHandshaking) {
      discovery = repeatDiscovery(state.udp, state.connectionData.ssrc, discoveryRetryMs);
    } else if (state.code === NetworkingStatusCode.Resuming) hooks.onResuming();
    else if (state.code === NetworkingStatusCode.Ready && state.connectionData.secretKey !== key) {
      key = state.connectionData.secretKey;
      hooks.onKeys(state.connectionData.encryptionMode, key, state.dave);
    }
  };
  follow(networking.state);
  networking.on("stateChange", (_, state) => follow(state));
  // Before the library's own handler, which rejoins at once.
  networking.prependOnceListener("close", (code: number) => hooks.onClosed(code));
}

type VoiceMessage = Parameters<VoiceWebSocket["onMessage"]>[0];

/** Messages that came while resuming, at most so many. */
const maxHeldMessages = 64;

/**
 * Whatever a message makes the library throw goes to `onFault` (defect 0). What is said about encryption while it resumes is
 * kept until it has, because it would ignore the binary part, and with it the group's next keys. While sound comes, messages
 * wait for what came before them: whoever leaves takes their keys along, and with them what they said last.
 */
function surviveMessages(
  networking: Networking,
  ws: VoiceWebSocket,
  { hooks, read }: { readonly hooks: NetworkingHooks; readonly read: () => number },
): void {
  const onMessage = ws.onMessage.bind(ws);
  const held: VoiceMessage[] = [];
  const handle = (event: VoiceMessage): void => {
    try {
      onMessage(event);
    } catch (error) {
      hooks.onFault("message", error);
    }
  };
  const handleOrHold = (event: VoiceMessage): void => {
    const resuming = networking.state.code === NetworkingStatusCode.Resuming;
    if (resuming && held.length < maxHeldMessages && isAboutEncryption(event)) held.push(event);
    else handle(event);
    if (networking.state.code === NetworkingStatusCode.Ready) for (const one of held.splice(0)) handle(one);
  };
  const inTurn = createMessagesInTurn({ read, handle: handleOrHold });
  ws.onMessage = (event) => {
    inTurn.push(event);
    if (networking.state.code !== NetworkingStatusCode.Ready) inTurn.flush();
  };
  ws.prependListener("close", () => inTurn.flush());
}

/** Binary, or JSON with an op from 21 to 31. The voice gateway writes no spaces; what does not match is handled at once. */
function isAboutEncryption({ data }: VoiceMessage): boolean {
  return typeof data !== "string" || /"op":(?:2[1-9]|3[01])\b/.test(data);
}

/** Seconds of a full channel, or what the system allows: what comes while the process is held up waits there. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** A socket is bound with the first datagram sent, and its buffer can be set from then on. */
function keepMore(udp: VoiceUDPSocket, hooks: NetworkingHooks): void {
  // Private in the library's types, and an EventEmitter for certain only where it is the library's.
  const socket: unknown = Reflect.get(udp, "socket");
  if (!(socket instanceof Socket)) return;
  socket.once("listening", () => {
    try {
      socket.setRecvBufferSize(receiveBufferBytes);
    } catch (error) {
      hooks.onFault("receive buffer", error);
    }
  });
}

/** IP discovery is one datagram each way, and the library waits for its answer for ever (§4.4 of the voice protocol). */
function repeatDiscovery(udp: VoiceUDPSocket, ssrc: number, everyMs: number): NodeJS.Timeout {
  const request = Buffer.alloc(74);
  request.writeUInt16BE(1, 0);
  request.writeUInt16BE(70, 2);
  request.writeUInt32BE(ssrc, 4);
  return setInterval(() => udp.send(request), everyMs);
}

function isMessage(packet: unknown): packet is { readonly op: number; readonly d: unknown } {
  return typeof packet === "object" && packet !== null && "op" in packet && typeof packet.op === "number";
}
