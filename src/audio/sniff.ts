import type { Demuxer } from "./containers.ts";
import { type FileStart, readAt } from "./file-bytes.ts";
import { createOggPageReader } from "./ogg.ts";
import { startsWith } from "./opus-head.ts";

/** What a file is by its bytes. */
export type FileKind =
  | { readonly kind: "empty" }
  | { readonly kind: "ogg-opus" }
  /** For ffmpeg, by this demuxer alone. */
  | { readonly kind: "container"; readonly demuxer: Demuxer }
  /** No recording, or none that is read here: "text", "picture", "document", "archive", "program", "video" or "unknown". */
  | { readonly kind: "other"; readonly looksLike: string };

/** Tells a file's kind by its bytes alone; names and content types are anybody's to choose. */
export async function sniffFile({ path, bytes }: FileStart): Promise<FileKind> {
  if (bytes.length === 0) return { kind: "empty" };
  const tagged = id3Bytes(bytes);
  if (tagged === 0) return sniff(bytes);
  const behind = sniff(await readAt(path, tagged));
  // Who writes an ID3 tag means MP3, unless what follows is plainly something else.
  return behind.kind === "other" ? { kind: "container", demuxer: "mp3" } : behind;
}

/** Tells the kind of a file from its first bytes, which may be all of it. */
export function sniff(bytes: Uint8Array): FileKind {
  return byMagic(bytes) ?? inside(bytes) ?? { kind: "other", looksLike: isText(bytes) ? "text" : "unknown" };
}

type Magic = readonly [at: number, magic: string];

const containerMagics: readonly (readonly [Demuxer, ...Magic[]])[] = [
  ["flac", [0, "fLaC"]],
  ["matroska", [0, "\x1aE\xdf\xa3"]],
  ["amr", [0, "#!AMR"]],
  ["caf", [0, "caff"]],
  ["asf", [0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"]],
  ["wav", [8, "WAVE"]],
  ["aiff", [8, "AIFF"], [8, "AIFC"]],
  ["mov", [4, "ftyp"], [4, "moov"], [4, "mdat"], [4, "wide"], [4, "free"], [4, "skip"]],
];

const otherMagics: readonly (readonly [string, ...Magic[]])[] = [
  ["picture", [0, "\x89PNG"], [0, "\xff\xd8\xff"], [0, "GIF8"], [0, "BM"], [8, "WEBP"]],
  // Pictures in the container that is otherwise for sound and film.
  ["picture", [4, "ftypheic"], [4, "ftypheix"], [4, "ftypmif1"], [4, "ftypavif"]],
  ["video", [8, "AVI "], [0, "FLV"]],
  ["document", [0, "%PDF"]],
  ["archive", [0, "PK\x03\x04"], [0, "\x1f\x8b"], [0, "7z\xbc\xaf"], [0, "Rar!"]],
  ["program", [0, "\x7fELF"], [0, "MZ"]],
];

function byMagic(bytes: Uint8Array): FileKind | undefined {
  const matches = ([at, magic]: Magic): boolean => startsWith(bytes.subarray(at), magic);
  const other = otherMagics.find(([, ...magics]) => magics.some(matches));
  if (other) return { kind: "other", looksLike: other[0] };
  const container = containerMagics.find(([, ...magics]) => magics.some(matches));
  return container && { kind: "container", demuxer: container[0] };
}

/** Formats without a header at the start of the file: pages and frames that are found wherever they begin. */
function inside(bytes: Uint8Array): FileKind | undefined {
  const ogg = oggKind(bytes);
  if (ogg) return ogg;
  if (hasFrames(bytes, adtsFrameBytes)) return { kind: "container", demuxer: "aac" };
  if (hasFrames(bytes, mpegFrameBytes)) return { kind: "container", demuxer: "mp3" };
  return undefined;
}

function oggKind(bytes: Uint8Array): FileKind | undefined {
  const reader = createOggPageReader();
  const pages = [...reader.push(bytes)];
  const opus = pages.some((page) => page.first && startsWith(page.body, "OpusHead"));
  if (opus) return { kind: "ogg-opus" };
  return pages.length > 0 || startsWith(bytes, "OggS") ? { kind: "container", demuxer: "ogg" } : undefined;
}

/** So many frames in a row are no coincidence. */
const framesInRow = 4;

/** Whether frames follow each other somewhere, each as long as its header says, up to the end of a short file. */
function hasFrames(bytes: Uint8Array, frameBytes: (header: DataView) => number | undefined): boolean {
  const lengthAt = (at: number): number | undefined =>
    at + 7 <= bytes.length && bytes[at] === 0xff
      ? frameBytes(new DataView(bytes.buffer, bytes.byteOffset + at, 7))
      : undefined;
  for (let start = 0; start + 7 <= bytes.length; start++) {
    let at = start;
    let frames = 0;
    for (let length = lengthAt(at); length !== undefined && frames < framesInRow; length = lengthAt(at)) {
      at += length;
      frames += 1;
    }
    if (frames === framesInRow || (frames > 1 && at === bytes.length)) return true;
  }
  return false;
}

/** ISO/IEC 13818-7 §6.2, the header of AAC as phones and streams write it. */
function adtsFrameBytes(header: DataView): number | undefined {
  if ((header.getUint16(0) & 0xfff6) !== 0xfff0) return undefined;
  const length = (header.getUint32(2) >>> 5) & 0x1fff;
  const knownRate = ((header.getUint8(2) >> 2) & 15) < 13;
  return knownRate && length > 7 ? length : undefined;
}

/** In kbit/s by bit rate index: MPEG-1 layer III, layer II, and MPEG-2 layer II and III (ISO/IEC 11172-3 §2.4.2.3). */
const bitRates = {
  layer3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  layer2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  low: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const sampleRates = [44_100, 48_000, 32_000];

function mpegFrameBytes(header: DataView): number | undefined {
  const word = header.getUint32(0);
  const version = (word >>> 19) & 3;
  const layer = (word >>> 17) & 3;
  const sampleRate = sampleRates[(word >>> 10) & 3];
  // Versions are 2.5, none, 2, 1; layers none, III, II, I, of which the last is long gone.
  if (word >>> 21 !== 0x7ff || version === 1 || layer === 0 || layer === 3 || sampleRate === undefined) {
    return undefined;
  }
  const first = version === 3;
  const rates = first ? (layer === 1 ? bitRates.layer3 : bitRates.layer2) : bitRates.low;
  const kilobits = rates[(word >>> 12) & 15];
  if (!kilobits) return undefined;
  const rate = sampleRate / (first ? 1 : version === 2 ? 2 : 4);
  const bytesPerBit = layer === 1 && !first ? 72 : 144;
  return Math.floor((bytesPerBit * kilobits * 1000) / rate) + ((word >>> 9) & 1);
}

/** Length of an ID3v2 tag with its header (ID3v2.4 §3.1), 0 where there is none. */
function id3Bytes(bytes: Uint8Array): number {
  if (!startsWith(bytes, "ID3") || bytes.length < 10) return 0;
  const size = bytes.subarray(6, 10).reduce((sum, byte) => (sum << 7) | (byte & 0x7f), 0);
  const footer = ((bytes[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return 10 + size + footer;
}

/** Pages, playlists, scripts and letters: what begins with nothing but characters. */
function isText(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, 2048), { stream: true });
  let strange = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code < 32 && ![9, 10, 12, 13].includes(code)) || code === 0xfffd) strange += 1;
  }
  return strange * 50 < text.length;
}
