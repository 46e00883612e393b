/** What a WAVE file holds: `format` 1 is PCM; `data` is the sound as it is stored. */
export interface Wave {
  readonly format: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  readonly data: Uint8Array;
}

/** Reads a RIFF WAVE file, whatever blocks lie in front of the sound; undefined where it is none. */
export function readWave(bytes: Uint8Array): Wave | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => Buffer.from(bytes.subarray(at, at + 4)).toString("latin1");
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") return undefined;
  let shape: Omit<Wave, "data"> | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const from = at + 8;
    if (tag(at) === "fmt " && size >= 16 && from + 16 <= bytes.length) {
      shape = {
        format: view.getUint16(from, true),
        channels: view.getUint16(from + 2, true),
        sampleRate: view.getUint32(from + 4, true),
        bitsPerSample: view.getUint16(from + 14, true),
      };
    }
    // A writer that could not seek back leaves a size that is too large: the sound then goes to the end.
    if (tag(at) === "data") return shape && { ...shape, data: bytes.subarray(from, from + size) };
    at = from + size + (size % 2);
  }
  return undefined;
}

/** Little-endian 16-bit samples, copied into memory of their own; half a sample at the end is left out. */
export function samplesOf(bytes: Uint8Array): Int16Array {
  return new Int16Array(new Uint8Array(bytes.subarray(0, bytes.length & ~1)).buffer);
}

/** The bytes of 16-bit samples, little-endian as on every machine this runs on. */
export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
