/** The readable part of an RTP packet that carries Opus (RFC 3550 §5.1). */
export interface RtpHeader {
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in ticks of 48 kHz. */
  readonly timestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Everything that is authenticated but not sealed: fixed header, contributing sources, the extension's preamble. */
  readonly bytes: number;
  /** Header extension elements, which are sealed with the payload. */
  readonly extensionBytes: number;
  readonly padded: boolean;
}

const payloadTypeOpus = 120;
const fixedBytes = 12;
/** Behind every packet: a 16-byte tag and a 4-byte nonce. */
const sealBytes = 20;

/** Undefined for whatever is no sealed Opus packet: RTCP, IP discovery, keep-alive, video, too short to be anything. */
export function readRtpHeader(datagram: Buffer): RtpHeader | undefined {
  if (datagram.length < fixedBytes + sealBytes) return undefined;
  const [first = 0, second = 0] = datagram;
  if (first >> 6 !== 2 || (second & 0x7f) !== payloadTypeOpus) return undefined;
  const extended = (first & 0x10) !== 0;
  const extensionAt = fixedBytes + (first & 0x0f) * 4;
  const bytes = extensionAt + (extended ? 4 : 0);
  if (datagram.length < bytes + sealBytes) return undefined;
  return {
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    bytes,
    extensionBytes: extended ? datagram.readUInt16BE(extensionAt + 2) * 4 : 0,
    padded: (first & 0x20) !== 0,
  };
}

/**
 * The payload of an opened body, without the extension elements before and the padding behind it. Empty for a packet of
 * padding alone; undefined where the lengths contradict each other.
 */
export function rtpPayload({ extensionBytes, padded }: RtpHeader, body: Buffer): Buffer | undefined {
  const padding = padded ? (body.at(-1) ?? 0) : 0;
  if (padded && padding === 0) return undefined;
  const end = body.length - padding;
  return end < extensionBytes ? undefined : body.subarray(extensionBytes, end);
}
