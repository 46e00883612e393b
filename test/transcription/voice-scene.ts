import type { VoiceActivityDetector } from "../../src/audio/voice-activity.ts";
import type { ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";
import type { StreamingRecognizer } from "../../src/recognizers/streaming-recognizer.ts";
import { opusPackets } from "../../src/sandbox/opus-packets.ts";
import type { SpokenPart } from "../../src/sandbox/joined-speech.ts";
import type { SpokenText } from "../../src/sandbox/speech.ts";
import { type Captions, createCaptions } from "../../src/transcription/captions.ts";
import type { Caption, CaptionLimits } from "../../src/transcription/caption.ts";

/** Something that a speaker says at a time of the session. */
export interface Line {
  readonly speakerId: string;
  readonly startMs: number;
  readonly spoken: SpokenText;
}

/** Several speakers on one virtual clock: time passes as fast as the sound can be heard. */
export interface VoiceScene {
  readonly captions: Captions;
  /** Everything given so far. */
  readonly given: Caption[];
  /** What each speaker says, as parts of the session. */
  partsOf(speakerId: string): readonly SpokenPart[];
  nowMs(): number;
  /** Plays everything up to a time. */
  playTo(untilMs: number): Promise<void>;
  /** Resolves when the scene's clock has come so far. */
  until(timeMs: number): Promise<void>;
  end(withinMs?: number): Promise<void>;
}

export interface SceneOptions {
  readonly detector: VoiceActivityDetector;
  readonly recognizer: (scene: VoiceScene) => ScheduledRecognizer;
  readonly streaming?: StreamingRecognizer;
  readonly limits?: Partial<CaptionLimits>;
}

/** Lets pending answers settle: they are microtasks and immediates, whatever the virtual clock says. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}

const silenceFrame = Uint8Array.of(0xf8, 0xff, 0xfe);

export async function setVoiceScene(lines: readonly Line[], options: SceneOptions): Promise<VoiceScene> {
  const sent = await Array.fromAsync(lines, async ({ speakerId, startMs, spoken }) => ({
    speakerId,
    startMs,
    packets: [...(await opusPackets(spoken)), ...Array.from({ length: 5 }, () => silenceFrame)],
  }));
  const timed = sent
    .flatMap(({ speakerId, startMs, packets }) =>
      packets.map((payload, index) => ({ speakerId, timeMs: startMs + index * 20, payload })),
    )
    .sort((one, other) => one.timeMs - other.timeMs);
  const waiters: { readonly timeMs: number; readonly wake: () => void }[] = [];
  const sequences = new Map<string, number>();
  let nowMs = 0;
  let next = 0;

  const scene: Omit<VoiceScene, "captions"> = {
    given: [],
    partsOf: (speakerId) =>
      lines
        .filter((line) => line.speakerId === speakerId)
        .map(({ startMs, spoken: { id, text, samples } }) => ({
          id,
          text,
          startMs,
          endMs: startMs + samples.length / 16,
        })),
    nowMs: () => nowMs,
    async playTo(untilMs) {
      for (; nowMs <= untilMs; nowMs += 20) {
        for (let packet = timed[next]; packet && packet.timeMs <= nowMs; packet = timed[++next]) {
          const sequence = sequences.get(packet.speakerId) ?? 0;
          sequences.set(packet.speakerId, sequence + 1);
          await whole.captions.hear(packet.speakerId, {
            sequence: sequence & 0xffff,
            timestamp: (packet.timeMs * 48) >>> 0,
            ssrc: 1,
            arrivedMs: packet.timeMs,
            payload: packet.payload,
          });
        }
        if (nowMs % 100 === 0) await whole.captions.advance(nowMs);
        for (const { timeMs, wake } of waiters) if (timeMs <= nowMs) wake();
        await settled();
      }
    },
    until: (timeMs) =>
      new Promise((resolve) => {
        if (timeMs <= nowMs) resolve();
        else waiters.push({ timeMs, wake: resolve });
      }),
    async end(withinMs = 5000) {
      await whole.captions.end(withinMs);
      await reading;
    },
  };
  const whole = scene as VoiceScene & { captions: Captions };
  whole.captions = createCaptions({
    recognizer: options.recognizer(whole),
    streaming: options.streaming,
    detector: options.detector,
    guildId: "1",
    sessionStartMs: 0,
    limits: { tickMs: 0, ...options.limits },
    now: () => nowMs,
  });
  const reading = (async () => {
    for await (const caption of whole.captions.captions) whole.given.push(caption);
  })();
  return whole;
}
