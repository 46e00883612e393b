import koffi from "koffi";

/** Debian's libopus, called in the process: what decoding costs and gives without WebAssembly. */
export interface CLibopus {
  readonly version: string;
  /** A packet's samples, interleaved where there are two channels, in memory that the next call overwrites; throws where libopus refuses it. */
  decode(packet: Uint8Array): Int16Array;
  close(): void;
}

/** One decoder at `sampleRate`. The library comes with Debian's ffmpeg. */
export function openCLibopus(sampleRate: number, channels: 1 | 2 = 1): CLibopus {
  const library = koffi.load("libopus.so.0");
  const create = library.func("void *opus_decoder_create(int32_t Fs, int channels, _Out_ int *error)");
  const decode = library.func(
    "int opus_decode(void *st, const uint8_t *data, int32_t len, _Out_ int16_t *pcm, int frame_size, int decode_fec)",
  );
  const destroy = library.func("void opus_decoder_destroy(void *st)");
  const version = library.func("const char *opus_get_version_string()");
  const error = [0];
  const decoder: unknown = create(sampleRate, channels, error);
  const output = new Int16Array(((sampleRate * 120) / 1000) * channels);
  return {
    version: String(version()),
    decode(packet) {
      const count = Number(decode(decoder, packet, packet.length, output, output.length / channels, 0));
      if (count < 0) throw new Error(`libopus refused a packet: ${count}`);
      return output.subarray(0, count * channels);
    },
    close: () => {
      destroy(decoder);
    },
  };
}
