const taps = 16;

/** 8 kHz samples at 16 kHz: between any two lies a new one, by a windowed sinc over sixteen neighbours. */
export function upsampled(samples: Int16Array): Int16Array {
  const weights = Array.from({ length: taps }, (_, index) => weightAt(index - taps / 2 + 0.5));
  const doubled = new Int16Array(samples.length * 2);
  for (const [index, sample] of samples.entries()) {
    let between = 0;
    for (const [tap, weight] of weights.entries()) {
      between += weight * (samples[index + tap - taps / 2 + 1] ?? 0);
    }
    doubled[2 * index] = sample;
    doubled[2 * index + 1] = Math.max(-32_768, Math.min(32_767, Math.round(between)));
  }
  return doubled;
}

function weightAt(distance: number): number {
  const angle = Math.PI * distance;
  const hann = 0.5 + 0.5 * Math.cos(angle / (taps / 2));
  return (Math.sin(angle) / angle) * hann;
}
