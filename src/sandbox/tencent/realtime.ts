import { createHmac } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import type { Ear, Heard } from "../sis/answers.ts";
import { samplesOf } from "../wave.ts";
import type { TencentAccount } from "./tc3.ts";

/** A connection as the double saw it: never a key, audio or a word. */
export interface RealtimeConnection {
  readonly voiceId: string;
  /** Sound that came, in ms. */
  audioMs: number;
  /** Whether the client told its end. */
  endTold: boolean;
  /** How it ended: "final", a number, or "left" where the client went before. */
  outcome: "final" | "left" | number | undefined;
}

export interface RealtimeOptions {
  readonly account: TencentAccount;
  readonly ear: Ear;
  /** 20 at once, as an international account has, unless told. */
  readonly maxConnections: number;
  /** Without sound for so long a connection ends with 4008: 15 s (seed 003). */
  readonly maxGapMs: number;
  readonly changed: () => void;
}

/** Realtime recognition on the double's own server. */
export interface Realtime {
  readonly connections: readonly RealtimeConnection[];
  /** The next connection ends with this number once so much sound came; "drop" ends it without a word. */
  failNext(fault: number | "drop", afterMs?: number): void;
  close(): void;
}

/** "At most 3 s of audio within 1 s" (4000). */
const mostMsInASecond = 3000;
/** A new guess after so much sound. */
const guessEveryMs = 500;
const engine = /^(?:8k_zh|8k_en|16k_[a-z]{2,3}(?:[-_][A-Za-z]+)?)$/;
const known = new Set(
  "secretid timestamp expired nonce engine_model_type voice_id voice_format needvad word_info hotword_id filter_dirty filter_modal filter_punc convert_num_mode vad_silence_time max_speak_time signature".split(
    " ",
  ),
);

export function serveRealtime(server: Server, options: RealtimeOptions): Realtime {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 });
  const connections: RealtimeConnection[] = [];
  const faults: { readonly fault: number | "drop"; readonly afterMs: number }[] = [];
  let open = 0;

  const accept = (socket: WebSocket, request: IncomingMessage): void => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const voiceId = url.searchParams.get("voice_id") ?? "";
    const isRepeated = connections.some((one) => one.voiceId === voiceId);
    const connection: RealtimeConnection = { voiceId, audioMs: 0, endTold: false, outcome: undefined };
    connections.push(connection);
    open++;
    socket.once("close", () => {
      open--;
      connection.outcome ??= "left";
      options.changed();
    });
    // What goes wrong with a connection ends it, and its end is noted above.
    socket.on("error", () => undefined);
    const refusal = isRepeated
      ? 4001
      : (refusalOf(url, request, options.account) ?? (open > options.maxConnections ? 4006 : undefined));
    if (refusal !== undefined) return end(socket, connection, refusal);
    say(socket, { code: 0, message: "success", voice_id: voiceId });
    const rate = url.searchParams.get("engine_model_type")?.startsWith("8k") ? 8000 : 16_000;
    listen(
      { socket, connection, rate, words: url.searchParams.get("word_info") !== "0", fault: faults.shift() },
      options,
    );
  };
  server.on("upgrade", (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (/^\/asr\/v2\/\d+\?/.test(request.url ?? ""))
      sockets.handleUpgrade(request, duplex, head, (socket) => accept(socket, request));
    else duplex.destroy();
  });

  return {
    connections,
    failNext: (fault, afterMs = 0) => void faults.push({ fault, afterMs }),
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** The number that a connection's address is refused with: parameters (4001), identity (4002), account (4003). */
function refusalOf(url: URL, request: IncomingMessage, account: TencentAccount): number | undefined {
  const value = (name: string): string => url.searchParams.get(name) ?? "";
  const names = [...url.searchParams.keys()];
  if (names.some((name) => !known.has(name)) || new Set(names).size !== names.length) return 4001;
  if (!engine.test(value("engine_model_type")) || value("voice_format") !== "1" || value("voice_id") === "")
    return 4001;
  const now = Date.now() / 1000;
  const [timestamp, expired] = [Number(value("timestamp")), Number(value("expired"))];
  if (!(Math.abs(now - timestamp) < 180 && expired > now && /^\d{1,10}$/.test(value("nonce")))) return 4002;
  if (value("secretid") !== account.secretId || !isSigned(request, account)) return 4002;
  return url.pathname === `/asr/v2/${account.appId}` ? undefined : 4003;
}

/** HMAC-SHA1 of host, path and the sorted query as it stands, in Base64 and URL-encoded at the end. */
function isSigned({ url = "", headers }: IncomingMessage, { secretKey }: TencentAccount): boolean {
  const [path = "", query = ""] = url.split("?", 2);
  const parts = query.split("&").filter((part) => !part.startsWith("signature="));
  const sorted = [...parts].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)).join("&");
  const given = decodeURIComponent(/(?:^|&)signature=([^&]*)/.exec(query)?.[1] ?? "");
  const { host = "" } = headers;
  return [host, host.replace(/:\d+$/, "")].some(
    (name) => createHmac("sha1", secretKey).update(`${name}${path}?${sorted}`).digest("base64") === given,
  );
}

function nameOf(parameter: string): string {
  return parameter.split("=", 1)[0] ?? "";
}

interface Line {
  readonly socket: WebSocket;
  readonly connection: RealtimeConnection;
  readonly rate: 8000 | 16000;
  readonly words: boolean;
  readonly fault: { readonly fault: number | "drop"; readonly afterMs: number } | undefined;
}

/** Hears the sound as it comes: a guess every now and then, the last word once the end is told. */
function listen(line: Line, { ear, maxGapMs, changed }: RealtimeOptions): void {
  const { socket, connection, rate, fault } = line;
  const gone = new AbortController();
  const parts: Buffer[] = [];
  const arrivals: { readonly atMs: number; readonly ms: number }[] = [];
  let [guessedMs, messages, isGuessing] = [0, 0, false];
  let guessing: Promise<void> = Promise.resolve();
  let gap = setTimeout(expire, maxGapMs);
  function expire(): void {
    end(socket, connection, 4008);
  }
  socket.once("close", () => {
    clearTimeout(gap);
    gone.abort();
  });

  const hear = async (): Promise<Heard> => {
    const audio = { samples: samplesOf(Buffer.concat(parts)), sampleRate: rate };
    const wish = { property: "", addPunctuation: false, needWordInfo: true };
    return ear.hear({ ...audio, ...wish }, { index: 0, signal: gone.signal });
  };
  const tell = (heard: Heard, sliceType: number): void => {
    if (heard.text === "") return;
    const { text, words = [] } = heard;
    const list = words.map((word) => ({
      word: word.text,
      start_time: Math.round(word.startMs),
      end_time: Math.round(word.endMs),
      stable_flag: sliceType === 2 ? 1 : 0,
    }));
    const result = {
      slice_type: sliceType,
      index: 0,
      start_time: 0,
      end_time: Math.round(connection.audioMs),
      voice_text_str: text,
      word_size: line.words ? list.length : 0,
      word_list: line.words ? list : [],
    };
    const id = `${connection.voiceId}_${messages++}`;
    say(socket, { code: 0, message: "success", voice_id: connection.voiceId, message_id: id, result });
  };
  const work = (step: () => Promise<void>): void => {
    // A client that left ends the hearing; nobody is there to be told.
    guessing = guessing.then(step).catch(() => undefined);
  };

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    clearTimeout(gap);
    if (connection.outcome !== undefined) return;
    if (!isBinary) {
      if (data.toString() !== '{"type":"end"}') return end(socket, connection, 4010);
      connection.endTold = true;
      changed();
      return work(async () => {
        tell(await hear(), 2);
        say(socket, {
          code: 0,
          message: "success",
          voice_id: connection.voiceId,
          message_id: `${connection.voiceId}_${messages}`,
          final: 1,
        });
        connection.outcome = "final";
        socket.close();
      });
    }
    gap = setTimeout(expire, maxGapMs);
    const atMs = performance.now();
    const ms = (data.length / 2 / rate) * 1000;
    connection.audioMs += ms;
    parts.push(data);
    arrivals.push({ atMs, ms });
    const recent = arrivals.filter((one) => atMs - one.atMs < 1000).reduce((sum, one) => sum + one.ms, 0);
    if (recent > mostMsInASecond) return end(socket, connection, 4000);
    if (fault && connection.audioMs >= fault.afterMs) {
      return fault.fault === "drop" ? socket.terminate() : end(socket, connection, fault.fault);
    }
    changed();
    if (isGuessing || connection.audioMs - guessedMs < guessEveryMs) return;
    const sliceType = guessedMs === 0 ? 0 : 1;
    guessedMs = connection.audioMs;
    isGuessing = true;
    work(async () => {
      tell(await hear(), sliceType);
      isGuessing = false;
    });
  });
}

function end(socket: WebSocket, connection: RealtimeConnection, code: number): void {
  connection.outcome = code;
  say(socket, { code, message: "Played by the double", voice_id: connection.voiceId });
  socket.close();
}

function say(socket: WebSocket, message: unknown): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}
