import type { SampleRate } from "./pcm.ts";

/** Bytes of the header that `waveHeader` gives. */
export const waveHeaderBytes = 44;

/** The header of a RIFF WAVE file of mono 16-bit PCM; so many bytes of samples follow it. */
export function waveHeader(sampleRate: SampleRate, dataBytes: number): Buffer {
  const header = Buffer.alloc(waveHeaderBytes);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/** Samples as a whole WAVE file. */
export function waveFile(samples: Int16Array, sampleRate: SampleRate): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return Buffer.concat([waveHeader(sampleRate, data.length), data]);
}
