import type { Span } from "../../audio/pcm.ts";
import type { ActivityFrame, VoiceActivityDetector } from "../../audio/voice-activity.ts";

/** The engine answers everything it is given with words, silence and tones included: it must only be given speech. */
const onset = 0.5;
const release = 0.35;
/** Shorter silence stays inside a span: one utterance decodes best in one piece. */
const closingMs = 500;
const shortestMs = 100;
const paddingMs = 150;

/** Where somebody speaks in 16 kHz samples, with padding; in order, without overlap. */
export async function speechIn(
  samples: Int16Array,
  detector: VoiceActivityDetector,
  signal: AbortSignal,
): Promise<readonly Span[]> {
  const stream = detector.open(16_000);
  const frames: ActivityFrame[] = [];
  for (let from = 0; from < samples.length; from += 16_000) {
    signal.throwIfAborted();
    frames.push(...(await stream.push(samples.subarray(from, from + 16_000))));
  }
  frames.push(...(await stream.end()));
  return padded(spansOf(frames, detector.frameMs), samples.length / 16);
}

/** Speech begins at the onset's probability and goes on while it stays over the release's. */
function spansOf(frames: readonly ActivityFrame[], frameMs: number): Span[] {
  const spans: Span[] = [];
  let startMs: number | undefined;
  let endMs = 0;
  const close = (): void => {
    if (startMs !== undefined && endMs - startMs >= shortestMs) spans.push({ startMs, endMs });
    startMs = undefined;
  };
  for (const [index, { probability }] of frames.entries()) {
    const atMs = index * frameMs;
    if (probability >= (startMs === undefined ? onset : release)) {
      startMs ??= atMs;
      endMs = atMs + frameMs;
    } else if (startMs !== undefined && atMs - endMs >= closingMs) close();
  }
  close();
  return spans;
}

function padded(spans: readonly Span[], lengthMs: number): Span[] {
  return spans.map(({ startMs, endMs }) => ({
    startMs: Math.max(0, startMs - paddingMs),
    endMs: Math.min(lengthMs, endMs + paddingMs),
  }));
}
