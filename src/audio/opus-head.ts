/** The identification header of an Ogg Opus stream (RFC 7845 §5.1). */
export interface OpusHead {
  /** 1 to 255. */
  readonly channels: number;
  /** Samples at 48 kHz to decode and drop at the start. */
  readonly preSkip: number;
  /** To be applied to the output, in 1/256 dB. */
  readonly outputGain: number;
  readonly mappingFamily: number;
  /** Opus streams in each packet, more than one only beyond stereo. */
  readonly streams: number;
  /** How many of the streams are stereo. */
  readonly coupledStreams: number;
  /** Which decoded channel each output channel takes (RFC 7845 §5.1.1). */
  readonly mapping: readonly number[];
}

const magic = "OpusHead";

/** Whether a packet begins as a given header does: "OpusHead" or "OpusTags". */
export function startsWith(packet: Uint8Array, text: string): boolean {
  if (packet.length < text.length) return false;
  for (let at = 0; at < text.length; at++) if (packet[at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Reads an identification header, or undefined where it breaks RFC 7845 §5.1: too short, unknown version, impossible channels. */
export function parseOpusHead(packet: Uint8Array): OpusHead | undefined {
  if (!startsWith(packet, magic) || packet.length < 19) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const channels = view.getUint8(9);
  const mappingFamily = view.getUint8(18);
  // The upper four bits are the major version: 0 to 15 are compatible.
  if (view.getUint8(8) > 15 || channels === 0) return undefined;
  const head = {
    channels,
    preSkip: view.getUint16(10, true),
    outputGain: view.getInt16(16, true),
    mappingFamily,
  };
  if (mappingFamily === 0) {
    const mapping = channels === 1 ? [0] : [0, 1];
    return channels > 2 ? undefined : { ...head, streams: 1, coupledStreams: channels - 1, mapping };
  }
  if (packet.length < 21 + channels) return undefined;
  const streams = view.getUint8(19);
  const coupledStreams = view.getUint8(20);
  const mapping = [...packet.subarray(21, 21 + channels)];
  const decoded = streams + coupledStreams;
  const possible = streams > 0 && coupledStreams <= streams && decoded <= 255;
  return possible && mapping.every((from) => from === 255 || from < decoded)
    ? { ...head, streams, coupledStreams, mapping }
    : undefined;
}

/**
 * Whether one plain decoder gives the stream's mono mix: a single Opus stream whose channels are each used once.
 * Everything else (surround, ambisonics, muted channels) needs a multistream decoder.
 */
export function isPlain(head: OpusHead): boolean {
  if (head.streams !== 1 || head.mappingFamily > 1) return false;
  const used = [...head.mapping].sort((one, other) => one - other);
  return used.length === 1 + head.coupledStreams && used.every((from, index) => from === index);
}
