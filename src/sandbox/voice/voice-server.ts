import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

import { createSelfSigned } from "./certificate.ts";
import type { SelfSigned } from "./certificate.ts";
import { openMediaSocket } from "./media-socket.ts";
import type { MediaSocket } from "./media-socket.ts";
import { transportModes } from "./transport.ts";
import type { TransportMode } from "./transport.ts";
import { createVoiceRoom } from "./voice-room.ts";
import type { VoiceRoom } from "./voice-room.ts";
import { createVoiceSession } from "./voice-session.ts";

/** A voice server of the sandbox: the voice gateway (version 8) over wss, and its UDP socket. */
export interface VoiceServer {
  /** For VOICE_SERVER_UPDATE: "localhost:port". */
  readonly endpoint: string;
  /** PEM that clients must trust. */
  readonly cert: string;
  room(channelId: string, options?: { readonly encrypted?: boolean }): VoiceRoom;
  /** Whom to let in: called by whoever sends VOICE_STATE_UPDATE and VOICE_SERVER_UPDATE. Returns the token for the latter. */
  admit(visitor: Visitor): string;
  /** Drops the connections of a user with a close code; the session can be resumed unless the code forbids it. */
  drop(userId: string, code: number): void;
  /** Every identify from now on is closed with this code; undefined lets people in again. */
  refuseWith(code: number | undefined): void;
  readonly media: MediaSocket;
  /** A datagram to a user's client, whatever is in it. */
  datagram(userId: string, bytes: Buffer): void;
  /** A websocket message to a user's client, whatever is in it. */
  message(userId: string, data: string | Buffer): void;
  /** Ops clients sent, without payloads. */
  readonly journal: readonly { readonly userId: string; readonly op: number }[];
  close(): Promise<void>;
}

export interface Visitor {
  readonly guildId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly sessionId: string;
}

export interface VoiceServerOptions {
  readonly certificate?: SelfSigned;
  readonly modes?: readonly TransportMode[];
  readonly heartbeatIntervalMs?: number;
  /** Takes a connection up again only so long after it was asked to (op 7). */
  readonly resumeDelayMs?: number;
  /** Sends what was missed before it says that the connection was taken up (op 9), not after. */
  readonly replaysFirst?: boolean;
  readonly seed?: number;
}

type Session = ReturnType<typeof createVoiceSession>;
type Message = { readonly op: number; readonly d: Record<string, unknown> };

/** Session invalid: the client must identify anew. */
const sessionInvalid = 4006;
/** A client without DAVE in an encrypted channel. */
const daveRequired = 4017;

export async function startVoiceServer(options: VoiceServerOptions = {}): Promise<VoiceServer> {
  const certificate = options.certificate ?? createSelfSigned();
  const rooms = new Map<string, VoiceRoom>();
  const admitted = new Map<string, Visitor>();
  const sessions = new Map<
    string,
    { readonly session: Session; readonly visitor: Visitor; socket: WebSocket }
  >();
  const journal: { userId: string; op: number }[] = [];
  let lastSsrc = 1000;
  let refusal: number | undefined;

  const media = await openMediaSocket(() => undefined);
  const newSsrc = (): number => ++lastSsrc;
  const room: VoiceServer["room"] = (channelId, { encrypted = true } = {}) => {
    const known = rooms.get(channelId);
    if (known) return known;
    const created = createVoiceRoom({ channelId, encrypted, media, newSsrc, seed: options.seed ?? 1 });
    rooms.set(channelId, created);
    return created;
  };

  const identify = (socket: WebSocket, d: Record<string, unknown>): void => {
    const visitor = admitted.get(String(d["token"]));
    const matches = visitor && visitor.sessionId === d["session_id"] && visitor.userId === d["user_id"];
    if (!visitor || !matches || visitor.guildId !== d["server_id"]) return socket.close(4004);
    const here = room(visitor.channelId);
    const daveVersion = here.dave ? Math.min(1, Number(d["max_dave_protocol_version"] ?? 0)) : 0;
    if (here.dave && daveVersion === 0) return socket.close(daveRequired);
    sessions.get(visitor.userId)?.socket.close(sessionInvalid);
    here.leave(visitor.userId);
    const { userId, sessionId } = visitor;
    const session = createVoiceSession({
      userId,
      sessionId,
      ssrc: newSsrc(),
      udpPort: media.port,
      modes: options.modes ?? transportModes,
      daveVersion,
      events: {
        connected: () => here.connect(session),
        keyPackage: (bytes) => here.dave?.keyPackage(userId, bytes),
        commitWelcome: (bytes) => here.dave?.commitWelcome(userId, bytes),
        transitionReady: (transitionId) => here.dave?.transitionReady(userId, transitionId),
        invalid: () => here.dave?.invalid(userId),
        speaking: () => undefined,
      },
    });
    sessions.set(userId, { session, visitor, socket });
    session.identify(socket);
  };

  const resume = (socket: WebSocket, d: Record<string, unknown>): void => {
    const known = [...sessions.values()].find(({ visitor }) => visitor.sessionId === d["session_id"]);
    if (!known) return socket.close(sessionInvalid);
    known.socket = socket;
    const { resumeDelayMs = 0, replaysFirst = false } = options;
    const acknowledged = Number(d["seq_ack"] ?? -1);
    setTimeout(() => known.session.resume(socket, { acknowledged, replaysFirst }), resumeDelayMs);
  };

  const leaveFor = (socket: WebSocket, code: number): void => {
    const known = [...sessions].find(([, one]) => one.socket === socket);
    // 4015 and codes below 4000 may be resumed; everything else ends the session.
    if (!known || code === 4015 || code < 4000) return;
    sessions.delete(known[0]);
    rooms.get(known[1].visitor.channelId)?.leave(known[0]);
  };

  const https = createServer({ key: certificate.key, cert: certificate.cert });
  const gateway = new WebSocketServer({ server: https });
  gateway.on("connection", (socket) => {
    socket.send(
      JSON.stringify({ op: 8, d: { v: 8, heartbeat_interval: options.heartbeatIntervalMs ?? 13_750 } }),
    );
    let userId = "";
    socket.on("message", (data: Buffer, binary) => {
      const message = binary ? { op: data.readUInt8(0), d: {} } : (JSON.parse(data.toString()) as Message);
      userId ||= admitted.get(String(message.d["token"]))?.userId ?? "";
      journal.push({ userId, op: message.op });
      if (message.op === 0 && refusal !== undefined) socket.close(refusal);
      else if (message.op === 0) identify(socket, message.d);
      else if (message.op === 7) resume(socket, message.d);
    });
    socket.on("close", (code) => leaveFor(socket, code));
    socket.on("error", () => undefined);
  });
  https.listen(0, "127.0.0.1");
  await once(https, "listening");

  return {
    endpoint: `localhost:${(https.address() as AddressInfo).port}`,
    cert: certificate.cert,
    room,
    admit(visitor) {
      const token = randomBytes(8).toString("hex");
      admitted.set(token, visitor);
      return token;
    },
    drop(userId, code) {
      sessions.get(userId)?.socket.close(code);
    },
    refuseWith(code) {
      refusal = code;
    },
    media,
    datagram(userId, bytes) {
      const known = sessions.get(userId);
      if (known) media.send(known.session.ssrc, bytes);
    },
    message(userId, data) {
      sessions.get(userId)?.socket.send(data);
    },
    journal,
    async close() {
      for (const one of rooms.values()) one.close();
      for (const socket of gateway.clients) socket.terminate();
      gateway.close();
      https.close();
      await Promise.all([once(https, "close"), media.close()]);
    },
  };
}
