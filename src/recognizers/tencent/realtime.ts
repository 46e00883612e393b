import { randomInt, randomUUID } from "node:crypto";

import { WebSocket } from "undici";

import { RecognizerError } from "../errors.ts";
import { timedOut } from "../http-faults.ts";
import type { Recognition } from "../recognizer.ts";
import type { SpeechStream, StreamingService, StreamOptions } from "../streaming-recognizer.ts";
import { engineFor, rateOfEngine } from "./engines.ts";
import { createPacer } from "./pacer.ts";
import { createSentences, readMessage } from "./realtime-messages.ts";
import { signedSocketUrl, type TencentKey } from "./signatures.ts";

export interface TencentRealtimeOptions {
  readonly key: TencentKey;
  readonly appId: string;
  /** As in wss://asr.cloud.tencent.com. */
  readonly endpoint: string;
  /** Language and model, as in 16k_en. */
  readonly engine: string;
  readonly hotwordId?: string | undefined;
  /** From the end of the sound to the last word, and for the connection. */
  readonly timeoutSeconds: number;
  readonly maxStreams?: number;
}

/** What an international account may have open at once. */
const mostStreams = 20;
/** A stretch of live speech ends long before; what comes after that is left out. */
const longestMs = 60_000;

/**
 * A client of realtime recognition (API 2.0, asr/v2): a socket of its own for each stretch of speech, words while they are
 * spoken. Its end is always told, because the service counts 15 s of silence against the client (4008).
 */
export function createTencentRealtime(options: TencentRealtimeOptions): StreamingService {
  const closing = new AbortController();
  const { maxStreams = mostStreams } = options;
  let streams = 0;
  const ended = (): void => void streams--;
  return {
    recognizerFor({ language, property, vocabularyId }) {
      const spoken = language === undefined ? options.engine : engineFor(language, options.engine);
      const settings = {
        ...options,
        engine: property ?? spoken,
        hotwordId: vocabularyId ?? options.hotwordId,
      };
      return {
        name: "tencent",
        sampleRate: rateOfEngine(settings.engine),
        get free() {
          return maxStreams - streams;
        },
        open({ signal, onInterim }) {
          streams++;
          const either = AbortSignal.any([signal, closing.signal]);
          return openStream(settings, { signal: either, onInterim, onEnded: ended });
        },
      };
    },
    async close() {
      await Promise.resolve(closing.abort(closed()));
    },
  };
}

/** "ended": its sound is all there, and the words are waited for. */
type State = { readonly type: "open" | "ended" | "done" };

interface OpenOptions extends StreamOptions {
  /** The connection is gone. */
  readonly onEnded: () => void;
}

function openStream(
  options: TencentRealtimeOptions,
  { signal, onInterim, onEnded }: OpenOptions,
): SpeechStream {
  const voiceId = randomUUID();
  const socket = new WebSocket(addressOf(options, voiceId));
  socket.binaryType = "arraybuffer";
  const sentences = createSentences();
  const finished = Promise.withResolvers<Recognition>();
  // Whoever never asks for the words still ends the stream; only then nobody is there to be told.
  finished.promise.catch(() => undefined);
  let state: State = { type: "open" };
  let pushedMs = 0;

  let endSaid = false;
  const sayEnd = (): void => {
    if (endSaid || socket.readyState !== WebSocket.OPEN) return;
    endSaid = true;
    socket.send('{"type":"end"}');
  };
  const pacer = createPacer({
    sampleRate: rateOfEngine(options.engine),
    send: (bytes) => socket.send(bytes),
    onDrained: sayEnd,
  });
  const finish = (outcome: Recognition | { readonly error: unknown }): void => {
    if (state.type === "done") return;
    // A stream that is given up tells its end as well.
    sayEnd();
    state = { type: "done" };
    clearTimeout(deadline);
    pacer.stop();
    socket.close();
    onEnded();
    signal.removeEventListener("abort", onAbort);
    if ("error" in outcome) finished.reject(outcome.error);
    else finished.resolve(outcome);
  };
  const expire = (): void => finish({ error: timedOut("Tencent", options.timeoutSeconds * 1000) });
  let deadline = setTimeout(expire, options.timeoutSeconds * 1000);
  const onAbort = (): void => finish({ error: signal.reason });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  socket.addEventListener("open", () => {
    if (state.type === "open") clearTimeout(deadline);
    pacer.start();
  });
  socket.addEventListener("message", ({ data }) => {
    if (state.type === "done") return;
    try {
      const message = readMessage(String(data));
      const before = sentences.text;
      sentences.add(message);
      if (message.final === 1) return finish(sentences.recognition(voiceId));
      const { text } = sentences;
      if (text !== before && text !== "") onInterim(text);
    } catch (error) {
      finish({ error });
    }
  });
  // Followed by "close", which has more to say about it.
  socket.addEventListener("error", () => undefined);
  socket.addEventListener("close", ({ code }) => finish({ error: lost(code, voiceId) }));

  return {
    push(samples) {
      if (state.type !== "open") return;
      const lengthMs = (samples.length * 1000) / rateOfEngine(options.engine);
      if (pushedMs + lengthMs > longestMs) return;
      pushedMs += lengthMs;
      pacer.push(samples);
    },
    async end() {
      if (state.type === "open") {
        state = { type: "ended" };
        clearTimeout(deadline);
        // What is still to be sent takes its time as well.
        deadline = setTimeout(expire, options.timeoutSeconds * 1000 + pacer.queuedMs);
        pacer.end();
      }
      return finished.promise;
    },
  };
}

/** voice_format 1 is raw samples, and needvad 1 lets a long stretch have several sentences (realtime recognition, table 1). */
function addressOf(
  { endpoint, appId, key, engine, hotwordId }: TencentRealtimeOptions,
  voiceId: string,
): string {
  const { origin, host } = new URL(endpoint);
  const timestamp = Math.floor(Date.now() / 1000);
  const parameters = {
    secretid: key.secretId,
    timestamp,
    expired: timestamp + 86_400,
    nonce: randomInt(1, 2 ** 31),
    engine_model_type: engine,
    voice_id: voiceId,
    voice_format: 1,
    needvad: 1,
    word_info: 1,
    ...(hotwordId === undefined ? {} : { hotword_id: hotwordId }),
  };
  return signedSocketUrl({ origin, host, path: `/asr/v2/${appId}` }, parameters, key);
}

/** The connection ended before the last word. */
function lost(closeCode: number, voiceId: string): RecognizerError {
  return new RecognizerError(`Tencent's socket closed with ${closeCode}`, {
    kind: "unavailable",
    code: "NETWORK.SOCKET",
    retryable: true,
    requestId: voiceId,
  });
}

function closed(): RecognizerError {
  return new RecognizerError("Realtime recognition was closed", {
    kind: "unavailable",
    code: "QUOTA.CLOSED",
    retryable: false,
  });
}
