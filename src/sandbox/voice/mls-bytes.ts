/** Reads TLS-presentation-language structures as MLS writes them (RFC 9420 §2.1): big endian, vectors with a variable-length size. */
export interface MlsReader {
  readonly at: number;
  readonly left: number;
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): bigint;
  bytes(length: number): Buffer;
  /** A vector's content. */
  vector(): Buffer;
}

/** Throws RangeError where the bytes end too early. */
export function readMls(bytes: Buffer): MlsReader {
  let at = 0;
  const take = (length: number): number => {
    if (at + length > bytes.length) throw new RangeError("the MLS structure ends too early");
    at += length;
    return at - length;
  };
  const size = (): number => {
    const first = bytes.readUInt8(take(1));
    const prefix = first >> 6;
    if (prefix === 0) return first;
    if (prefix === 1) return ((first & 0x3f) << 8) | bytes.readUInt8(take(1));
    if (prefix === 2) return ((first & 0x3f) << 24) | bytes.readUIntBE(take(3), 3);
    throw new RangeError("a vector's size has a reserved prefix");
  };
  const reader: MlsReader = {
    get at() {
      return at;
    },
    get left() {
      return bytes.length - at;
    },
    u8: () => bytes.readUInt8(take(1)),
    u16: () => bytes.readUInt16BE(take(2)),
    u32: () => bytes.readUInt32BE(take(4)),
    u64: () => bytes.readBigUInt64BE(take(8)),
    bytes: (length) => bytes.subarray(take(length), at),
    vector: () => {
      const length = size();
      return bytes.subarray(take(length), at);
    },
  };
  return reader;
}

/** A vector: its size in 1, 2 or 4 bytes, then its content (RFC 9420 §2.1.2). */
export function vector(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x40) return Buffer.concat([Buffer.of(length), content]);
  if (length < 0x4000) return Buffer.concat([u16(length | 0x4000), content]);
  return Buffer.concat([u32((length | 0x80000000) >>> 0), content]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
