/** Opus counts time in samples at 48 kHz, whatever rate it is decoded at (RFC 7845 §4). */
export const opusClock = 48_000;

/** No packet is longer than 120 ms (RFC 6716 §3.4, R5), in samples at 48 kHz. */
export const maxPacketSamples = 5760;

/** The longest packet without padding (RFC 7845 §6, for one stream), in bytes. */
export const maxPacketBytes = 61_296;

const silkSamples = [480, 960, 1920, 2880];
const hybridSamples = [480, 960];
const celtSamples = [120, 240, 480, 960];

/** Length of each frame that a TOC byte announces (RFC 6716 §3.1, table 2), in samples at 48 kHz. */
export function frameSamples(toc: number): number {
  const config = toc >> 3;
  if (config < 12) return silkSamples[config & 3] ?? 0;
  if (config < 16) return hybridSamples[config & 1] ?? 0;
  return celtSamples[config & 3] ?? 0;
}

/**
 * Length of a packet in samples at 48 kHz, from its TOC byte and frame count alone (RFC 6716 §3.2).
 * Undefined where they contradict the format: no bytes, no frames, or more than 120 ms.
 */
export function packetSamples(packet: Uint8Array): number | undefined {
  const [toc, count] = packet;
  if (toc === undefined) return undefined;
  const code = toc & 3;
  if (code === 0) return frameSamples(toc);
  if (code < 3) return frameSamples(toc) * 2;
  if (count === undefined) return undefined;
  const samples = frameSamples(toc) * (count & 0x3f);
  return samples > 0 && samples <= maxPacketSamples ? samples : undefined;
}

/**
 * TOC bytes of empty frames that make a decoder conceal a loss of so many samples at 48 kHz: frames as long as the last
 * ones while they fit, shorter ones of the same mode, and CELT at the end, which alone has 2.5 and 5 ms (RFC 7845 §4.1).
 * A rest of less than 2.5 ms stays out.
 */
export function concealmentTocs(lastToc: number, samples: number): number[] {
  const stereo = lastToc & 4;
  const config = lastToc >> 3;
  const shorter =
    config < 12
      ? [config & ~3]
      : config < 16
        ? [config & ~1]
        : [(config & ~3) + 2, (config & ~3) + 1, config & ~3];
  const celtWideband = [21, 20];
  const tocs: number[] = [];
  let left = samples;
  for (const candidate of [config, ...shorter, ...celtWideband]) {
    const length = frameSamples(candidate << 3);
    for (; left >= length; left -= length) tocs.push((candidate << 3) | stereo);
  }
  return tocs;
}
