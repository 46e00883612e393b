import type { WebSocket } from "ws";

/** A packet as a client sends it. */
export interface ClientPacket {
  readonly op: number;
  readonly d: unknown;
}

export interface ConnectionOptions {
  readonly heartbeatIntervalMs: number;
  /** Packets in a minute (Discord API, "Gateway Rate Limiting"); one more closes with 4008. */
  readonly maxSendsPerMinute: number;
  packet(packet: ClientPacket): void;
  closed(code: number): void;
}

/** One WebSocket: hello, heartbeats, the limits on what a client sends. */
export interface Connection {
  send(message: object): void;
  close(code: number, reason: string): void;
  /** Cuts the wire without a close frame. */
  cut(): void;
}

function parsed(data: string): ClientPacket | undefined {
  try {
    const packet: unknown = JSON.parse(data);
    const isPacket =
      typeof packet === "object" && packet !== null && "op" in packet && typeof packet.op === "number";
    return isPacket ? { op: packet.op as number, d: (packet as { readonly d?: unknown }).d } : undefined;
  } catch {
    // Not JSON: the caller closes with 4002.
    return undefined;
  }
}

/** Greets a client and holds it to the rules. */
export function openConnection(socket: WebSocket, options: ConnectionOptions): Connection {
  let lastBeatMs = Date.now();
  const sentAtMs: number[] = [];
  const send = (message: object): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const close = (code: number, reason: string): void => socket.close(code, reason);

  const isFlooding = (): boolean => {
    const nowMs = Date.now();
    sentAtMs.push(nowMs);
    while ((sentAtMs[0] ?? nowMs) <= nowMs - 60_000) sentAtMs.shift();
    return sentAtMs.length > options.maxSendsPerMinute;
  };

  socket.on("message", (data: Buffer) => {
    if (isFlooding()) return close(4008, "Rate limited.");
    if (data.length > 15_360) return close(4002, "Payload too large.");
    const packet = parsed(data.toString("utf8"));
    if (!packet) return close(4002, "Error while decoding payload.");
    if (packet.op === 1) {
      lastBeatMs = Date.now();
      return send({ op: 11, d: null, s: null, t: null });
    }
    return options.packet(packet);
  });
  socket.on("error", () => socket.terminate());

  const watch = setInterval(() => {
    if (Date.now() - lastBeatMs > options.heartbeatIntervalMs * 1.5) close(4009, "Session timed out.");
  }, options.heartbeatIntervalMs / 2);
  watch.unref();
  socket.on("close", (code: number) => {
    clearInterval(watch);
    options.closed(code);
  });

  send({ op: 10, d: { heartbeat_interval: options.heartbeatIntervalMs, _trace: [] }, s: null, t: null });
  return { send, close, cut: () => socket.terminate() };
}
