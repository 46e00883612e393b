import type { ActivityFrame, VoiceActivityDetector } from "../../audio/voice-activity.ts";

/** A detector that takes everything over -45 dBFS for speech: no model, no music. */
export function createEnergyDetector(): VoiceActivityDetector {
  const frameMs = 20;
  return {
    frameMs,
    open(sampleRate) {
      const length = (sampleRate / 1000) * frameMs;
      let left = new Int16Array();
      return {
        async push(samples) {
          const all = new Int16Array(left.length + samples.length);
          all.set(left);
          all.set(samples, left.length);
          const frames: ActivityFrame[] = [];
          let at = 0;
          for (; at + length <= all.length; at += length) frames.push(frameOf(all.subarray(at, at + length)));
          left = all.slice(at);
          return Promise.resolve(frames);
        },
        async end() {
          return Promise.resolve(left.length === 0 ? [] : [frameOf(left)]);
        },
      };
    },
    async close() {
      return Promise.resolve();
    },
  };
}

function frameOf(samples: Int16Array): ActivityFrame {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const energyDb = Math.max(-100, 10 * Math.log10(power / 32_768 ** 2));
  return { probability: energyDb > -45 ? 1 : 0, energyDb };
}
