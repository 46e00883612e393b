import { createDecipheriv, createSecretKey } from "node:crypto";

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

/** Discord's transport encryption, between us and the voice server: the RTP header is readable, the rest is sealed. */
export interface VoiceTransport {
  /** What follows the first `headerBytes` of a datagram; undefined where it was not sealed with this key. */
  open(datagram: Buffer, headerBytes: number): Buffer | undefined;
}

const tagBytes = 16;
/** The packet ends in these; zeros fill them up to what the cipher takes. */
const nonceBytes = 4;

/** `mode` as in op 4, one of the two that are left; throws RangeError for any other. */
export function createVoiceTransport(mode: string, key: Uint8Array): VoiceTransport {
  if (mode === "aead_aes256_gcm_rtpsize") return aes256Gcm(key);
  if (mode === "aead_xchacha20_poly1305_rtpsize") return xChaCha20Poly1305(key);
  throw new RangeError("the voice server chose an encryption mode that is not known");
}

function aes256Gcm(key: Uint8Array): VoiceTransport {
  const secret = createSecretKey(key);
  const nonce = Buffer.alloc(12);
  return {
    open(datagram, headerBytes) {
      datagram.copy(nonce, 0, datagram.length - nonceBytes);
      const tagAt = datagram.length - nonceBytes - tagBytes;
      const decipher = createDecipheriv("aes-256-gcm", secret, nonce, { authTagLength: tagBytes });
      decipher.setAAD(datagram.subarray(0, headerBytes));
      decipher.setAuthTag(datagram.subarray(tagAt, tagAt + tagBytes));
      const body = decipher.update(datagram.subarray(headerBytes, tagAt));
      return succeeds(() => decipher.final()) ? body : undefined;
    },
  };
}

function xChaCha20Poly1305(key: Uint8Array): VoiceTransport {
  const nonce = Buffer.alloc(24);
  return {
    open(datagram, headerBytes) {
      datagram.copy(nonce, 0, datagram.length - nonceBytes);
      const cipher = xchacha20poly1305(key, nonce, datagram.subarray(0, headerBytes));
      let body: Uint8Array | undefined;
      const sealed = datagram.subarray(headerBytes, datagram.length - nonceBytes);
      succeeds(() => (body = cipher.decrypt(sealed)));
      return body && Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    },
  };
}

/** A tag that does not match is how both ciphers say that a packet is not from our server: expected, not exceptional. */
function succeeds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
