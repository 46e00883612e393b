import { createCipheriv, createDecipheriv } from "node:crypto";

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

/** Both ends of Discord's transport encryption: the RTP header stays readable, the rest is sealed. */
export interface Transport {
  readonly mode: TransportMode;
  /** `header` as `rtpHeader` made it; `body` is what follows it, extension elements included. */
  seal(header: Buffer, body: Buffer): Buffer;
  /** The body of a packet that the client sent; throws where the tag does not match. */
  open(packet: Buffer, headerLength: number): Buffer;
}

export type TransportMode = "aead_aes256_gcm_rtpsize" | "aead_xchacha20_poly1305_rtpsize";
export const transportModes: readonly TransportMode[] = [
  "aead_aes256_gcm_rtpsize",
  "aead_xchacha20_poly1305_rtpsize",
];

const tagBytes = 16;
const nonceBytes = 4;

/** Packet: header | ciphertext | 16-byte tag | 4-byte nonce, which counts up and is padded with zeros for the cipher. */
export function createTransport(mode: TransportMode, key: Uint8Array): Transport {
  let counter = 0;
  const cipher = mode === "aead_aes256_gcm_rtpsize" ? aesGcm(key) : xchacha(key);
  return {
    mode,
    seal(header, body) {
      const nonce = Buffer.alloc(nonceBytes);
      nonce.writeUInt32BE(counter++ >>> 0);
      return Buffer.concat([header, cipher.seal(nonce, header, body), nonce]);
    },
    open(packet, headerLength) {
      const nonce = packet.subarray(-nonceBytes);
      return cipher.open(nonce, packet.subarray(0, headerLength), packet.subarray(headerLength, -nonceBytes));
    },
  };
}

interface Cipher {
  seal(nonce: Buffer, aad: Buffer, body: Buffer): Buffer;
  open(nonce: Buffer, aad: Buffer, sealed: Buffer): Buffer;
}

function padded(nonce: Buffer, length: number): Buffer {
  return Buffer.concat([nonce, Buffer.alloc(length - nonce.length)]);
}

function aesGcm(key: Uint8Array): Cipher {
  return {
    seal(nonce, aad, body) {
      const cipher = createCipheriv("aes-256-gcm", key, padded(nonce, 12));
      cipher.setAAD(aad);
      return Buffer.concat([cipher.update(body), cipher.final(), cipher.getAuthTag()]);
    },
    open(nonce, aad, sealed) {
      const decipher = createDecipheriv("aes-256-gcm", key, padded(nonce, 12));
      decipher.setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
    },
  };
}

function xchacha(key: Uint8Array): Cipher {
  return {
    seal: (nonce, aad, body) => Buffer.from(xchacha20poly1305(key, padded(nonce, 24), aad).encrypt(body)),
    open: (nonce, aad, sealed) => Buffer.from(xchacha20poly1305(key, padded(nonce, 24), aad).decrypt(sealed)),
  };
}

export interface RtpFields {
  readonly sequence: number;
  /** In 48 kHz ticks, 960 for each 20 ms. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** Contributing sources, at most 15. */
  readonly csrcs?: readonly number[];
  /** One-byte-header elements (RFC 8285), a multiple of four bytes; they travel sealed, only their size is readable. */
  readonly extension?: Buffer;
  /** Padding bytes, the last of which holds their number; they travel sealed at the body's end. */
  readonly padding?: number;
}

const payloadTypeOpus = 120;

/** The readable part: 12 bytes, 4 for each contributing source, and 4 more that announce an extension (RFC 3550 §5.1). */
export function rtpHeader(fields: RtpFields): Buffer {
  const { sequence, timestamp, ssrc, csrcs = [], extension, padding = 0 } = fields;
  const fixed = 12 + csrcs.length * 4;
  const header = Buffer.alloc(fixed + (extension ? 4 : 0));
  header.writeUInt8(0x80 | (padding > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs.length, 0);
  header.writeUInt8(payloadTypeOpus, 1);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc >>> 0, 8);
  csrcs.forEach((csrc, index) => header.writeUInt32BE(csrc, 12 + index * 4));
  if (extension) {
    header.writeUInt16BE(0xbede, fixed);
    header.writeUInt16BE(extension.length / 4, fixed + 2);
  }
  return header;
}

/** What is sealed: extension elements, the payload, padding. */
export function rtpBody(fields: RtpFields, payload: Buffer): Buffer {
  const padding = Buffer.alloc(fields.padding ?? 0);
  if (padding.length > 0) padding.writeUInt8(padding.length, padding.length - 1);
  return Buffer.concat([fields.extension ?? Buffer.alloc(0), payload, padding]);
}
