import type { Clip, SampleRate } from "./pcm.ts";

/** A windowed sinc over this many neighbours on each side, at the higher rate. */
const reach = 16;

/** A clip at another rate, for a recognizer that takes no other; the same clip where it has that rate already. */
export function clipAtRate(clip: Clip, sampleRate: SampleRate): Clip {
  if (clip.sampleRate === sampleRate) return clip;
  const samples = sampleRate === 16_000 ? doubled(clip.samples) : halved(clip.samples);
  return { ...clip, samples, sampleRate };
}

/** 8 kHz to 16 kHz: between any two samples lies a new one. */
function doubled(samples: Int16Array): Int16Array {
  const weights = halfBand();
  const result = new Int16Array(samples.length * 2);
  for (let index = 0; index < samples.length; index++) {
    let between = 0;
    for (const { distance, weight } of weights) {
      const left = samples[index - (distance - 1) / 2] ?? 0;
      const right = samples[index + (distance + 1) / 2] ?? 0;
      between += weight * (left + right);
    }
    result[2 * index] = samples[index] ?? 0;
    result[2 * index + 1] = clamp(between);
  }
  return result;
}

/** 16 kHz to 8 kHz: what lies above 4 kHz is taken out, and every other sample with it. */
function halved(samples: Int16Array): Int16Array {
  const weights = halfBand();
  const result = new Int16Array(Math.ceil(samples.length / 2));
  for (let index = 0; index < result.length; index++) {
    const middle = 2 * index;
    let sum = samples[middle] ?? 0;
    for (const { distance, weight } of weights) {
      sum += weight * ((samples[middle - distance] ?? 0) + (samples[middle + distance] ?? 0));
    }
    result[index] = clamp(sum / 2);
  }
  return result;
}

/** A half-band filter has weights at odd distances only, besides its middle. */
function halfBand(): readonly { readonly distance: number; readonly weight: number }[] {
  const odd = Array.from({ length: reach / 2 }, (_, index) => 2 * index + 1);
  const raw = odd.map((distance) => {
    const angle = (Math.PI * distance) / 2;
    const hann = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return { distance, weight: (Math.sin(angle) / angle) * hann };
  });
  // Both sides together make one, so that a constant stays what it is.
  const sum = 2 * raw.reduce((total, { weight }) => total + weight, 0);
  return raw.map(({ distance, weight }) => ({ distance, weight: weight / sum }));
}

function clamp(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
