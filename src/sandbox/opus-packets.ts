import type { SpokenText } from "./speech.ts";
import { encodeVoiceNote } from "./voice-note.ts";

const encoded = new WeakMap<Int16Array, Promise<readonly Buffer[]>>();

/** Speech as a client sends it into a voice channel: Opus packets of 20 ms each. Encoded once, however often it is said. */
export async function opusPackets({ samples }: Pick<SpokenText, "samples">): Promise<readonly Buffer[]> {
  const known = encoded.get(samples);
  if (known) return known;
  const packets = encodeVoiceNote(samples).then(({ bytes }) => packetsIn(Buffer.from(bytes)));
  encoded.set(samples, packets);
  return packets;
}

/** The packets of one Ogg stream as ffmpeg writes it (RFC 3533 §6), without its two headers (RFC 7845 §3). */
function packetsIn(file: Buffer): readonly Buffer[] {
  const packets: Buffer[] = [];
  let begun: Buffer[] = [];
  for (let page = 0; page < file.length;) {
    const segments = file.subarray(page + 27, page + 27 + file.readUInt8(page + 26));
    let at = page + 27 + segments.length;
    for (const length of segments) {
      begun.push(file.subarray(at, at + length));
      at += length;
      // A segment of 255 bytes says that the packet goes on.
      if (length === 255) continue;
      packets.push(Buffer.concat(begun));
      begun = [];
    }
    page = at;
  }
  return packets.slice(2);
}
