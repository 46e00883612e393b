import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";

import type { DaveListener } from "./dave-room.ts";
import { createTransport, transportModes } from "./transport.ts";
import type { Transport, TransportMode } from "./transport.ts";

/** One client's voice session: it outlives a dropped connection and is resumed with what was missed. */
export interface VoiceSession extends DaveListener {
  readonly sessionId: string;
  readonly ssrc: number;
  readonly daveVersion: number;
  /** Undefined until the client has chosen a protocol (op 1). */
  readonly transport: Transport | undefined;
  /** JSON with a sequence number; kept for a resume. */
  send(op: number, d: unknown): void;
  close(code: number): void;
}

/** What the session's owner does with the client's messages. */
export interface SessionEvents {
  /** op 1 was answered with op 4: the client can hear. */
  connected(): void;
  keyPackage(bytes: Buffer): void;
  commitWelcome(bytes: Buffer): void;
  transitionReady(transitionId: number): void;
  invalid(): void;
  speaking(bits: number): void;
}

export interface SessionOptions {
  readonly userId: string;
  readonly sessionId: string;
  readonly ssrc: number;
  readonly udpPort: number;
  /** As offered in op 2, in this order; the client takes the first it knows. */
  readonly modes: readonly TransportMode[];
  readonly daveVersion: number;
  readonly events: SessionEvents;
}

interface Sent {
  readonly sequence: number;
  readonly data: string | Buffer;
}

const replayLimit = 1000;

/** The server's side of one session; `attach` gives it its first connection and every resumed one. */
export function createVoiceSession(options: SessionOptions): VoiceSession & {
  identify(socket: WebSocket): void;
  resume(socket: WebSocket, how: { readonly acknowledged: number; readonly replaysFirst: boolean }): void;
} {
  const { ssrc, events } = options;
  const replay: Sent[] = [];
  let sequence = 0;
  let socket: WebSocket | undefined;
  let transport: Transport | undefined;

  const keep = (data: (sequence: number) => string | Buffer): void => {
    sequence = (sequence % 0xffff) + 1;
    const sent = { sequence, data: data(sequence) };
    replay.push(sent);
    if (replay.length > replayLimit) replay.shift();
    if (socket?.readyState === socket?.OPEN) socket?.send(sent.data);
  };
  const send = (op: number, d: unknown): void => keep((seq) => JSON.stringify({ op, d, seq }));
  const sendBinary = (op: number, ...parts: readonly Buffer[]): void =>
    keep((seq) => Buffer.concat([uint16(seq), Buffer.of(op), ...parts]));
  const sendNow = (op: number, d: unknown): void => socket?.send(JSON.stringify({ op, d }));

  const onJson = (op: number, d: Record<string, unknown>): void => {
    if (op === 1) {
      const { mode } = d["data"] as { mode: TransportMode };
      if (!transportModes.includes(mode)) {
        socket?.close(4016);
        return;
      }
      const key = randomBytes(32);
      transport = createTransport(mode, key);
      send(4, {
        mode,
        secret_key: [...key],
        audio_codec: "opus",
        dave_protocol_version: options.daveVersion,
      });
      events.connected();
    } else if (op === 3) sendNow(6, { t: d["t"] });
    else if (op === 5) events.speaking(Number(d["speaking"]));
    else if (op === 23) events.transitionReady(Number(d["transition_id"]));
    else if (op === 31) events.invalid();
  };
  const onBinary = (op: number, payload: Buffer): void => {
    if (op === 26) events.keyPackage(payload);
    else if (op === 28) events.commitWelcome(payload);
  };
  const attach = (to: WebSocket): void => {
    socket = to;
    to.on("message", (data: Buffer, binary) => {
      if (binary) onBinary(data.readUInt8(0), data.subarray(1));
      else {
        const { op, d } = JSON.parse(data.toString()) as { op: number; d: Record<string, unknown> };
        onJson(op, d);
      }
    });
  };

  return {
    id: options.userId,
    sessionId: options.sessionId,
    ssrc,
    daveVersion: options.daveVersion,
    get transport() {
      return transport;
    },
    send,
    close: (code) => socket?.close(code),
    identify(to) {
      attach(to);
      send(2, {
        ssrc,
        ip: "127.0.0.1",
        port: options.udpPort,
        modes: options.modes,
        experiments: [],
        streams: [],
      });
    },
    resume(to, { acknowledged, replaysFirst }) {
      attach(to);
      if (!replaysFirst) sendNow(9, null);
      for (const sent of replay.filter((one) => one.sequence > acknowledged)) to.send(sent.data);
      if (replaysFirst) sendNow(9, null);
    },
    externalSender: (payload) => sendBinary(25, payload),
    proposals: (payload) => sendBinary(27, payload),
    announceCommit: (transitionId, commit) => sendBinary(29, uint16(transitionId), commit),
    welcome: (transitionId, welcome) => sendBinary(30, uint16(transitionId), welcome),
    prepareTransition: (transitionId, version) =>
      send(21, { protocol_version: version, transition_id: transitionId }),
    executeTransition: (transitionId) => send(22, { transition_id: transitionId }),
    prepareEpoch: (epoch, version) => send(24, { protocol_version: version, epoch }),
  };
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
