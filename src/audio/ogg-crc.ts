/** Remainders of each byte that is followed by no, one, two and three more bytes: 4 × 256 entries. */
let table: Uint32Array | undefined;

function buildTable(): Uint32Array {
  const built = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
    built[byte] = crc;
  }
  for (let at = 256; at < built.length; at++) {
    const crc = built[at - 256] ?? 0;
    built[at] = (crc << 8) ^ (built[crc >>> 24] ?? 0);
  }
  return built;
}

function fold(remainders: Uint32Array, word: number): number {
  return (
    (remainders[768 + (word >>> 24)] ?? 0) ^
    (remainders[512 + ((word >>> 16) & 255)] ?? 0) ^
    (remainders[256 + ((word >>> 8) & 255)] ?? 0) ^
    (remainders[word & 255] ?? 0)
  );
}

/**
 * Continues the checksum of an Ogg page over more of its bytes (RFC 3533 §6: polynomial 0x04c11db7, most significant
 * bit first, no reflection, starting from 0). node:zlib's crc32 is the reflected one and cannot be used.
 */
export function oggCrc(bytes: Uint8Array, seed = 0): number {
  table ??= buildTable();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length & ~3;
  let crc = seed;
  for (let at = 0; at < whole; at += 4) crc = fold(table, crc ^ view.getUint32(at));
  for (let at = whole; at < bytes.length; at++) {
    crc = (crc << 8) ^ (table[(crc >>> 24) ^ view.getUint8(at)] ?? 0);
  }
  return crc >>> 0;
}
