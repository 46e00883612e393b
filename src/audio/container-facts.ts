import { open, type FileHandle } from "node:fs/promises";

import type { Demuxer } from "./containers.ts";

/** What a container says about itself that ffmpeg passes over. */
export interface ContainerFacts {
  /** Whether the sound is encrypted, and nobody but a licensed player can hear it. */
  readonly isProtected: boolean;
  /** Whether the file is shorter than its own headers say. */
  readonly endsEarly: boolean;
}

const nothing: ContainerFacts = { isProtected: false, endsEarly: false };

/** Reads headers alone, wherever they are in the file. Throws what the file system throws. */
export async function readContainerFacts(path: string, demuxer: Demuxer): Promise<ContainerFacts> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (demuxer === "wav") return { ...nothing, endsEarly: await isWavCut(file, size) };
  if (demuxer === "caf") return { ...nothing, endsEarly: await isCafCut(file, size) };
  if (demuxer === "mov") return { ...nothing, isProtected: await isMovProtected(file, size) };
  if (demuxer === "asf") return { ...nothing, isProtected: await isAsfProtected(file) };
  return nothing;
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function nameAt(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, at + 4);
}

/** Headers have few parts; more than this many are there to keep us busy. */
const mostParts = 1000;

/** What a WAVE writer leaves for a size that it never came to know: nothing, or the most there is. */
function isUnknown(size: number): boolean {
  return size === 0 || size >= 0x7ffff000;
}

/** A RIFF file names the length of each part; the sound is the part "data". */
async function isWavCut(file: FileHandle, fileBytes: number): Promise<boolean> {
  if (nameAt(await read(file, 0, 4), 0) !== "RIFF") return false;
  let at = 12;
  for (let parts = 0; parts < mostParts; parts++) {
    const header = await read(file, at, 8);
    if (header.length < 8) return false;
    const size = header.readUInt32LE(4);
    if (nameAt(header, 0) === "data") return !isUnknown(size) && at + 8 + size > fileBytes;
    at += 8 + size + (size % 2);
  }
  return false;
}

/** Apple Core Audio Format specification, "Chunk Headers": 64-bit sizes, -1 for a data chunk up to the end of the file. */
async function isCafCut(file: FileHandle, fileBytes: number): Promise<boolean> {
  let at = 8;
  for (let parts = 0; parts < mostParts && at < fileBytes; parts++) {
    const header = await read(file, at, 12);
    if (header.length < 12) return false;
    const size = Number(header.readBigInt64BE(4));
    if (size < 0) return false;
    if (nameAt(header, 0) === "data") return at + 12 + size > fileBytes;
    at += 12 + size;
  }
  return false;
}

/** Boxes on the way to a track's sample descriptions (ISO/IEC 14496-12). */
const outerBoxes: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf", "stbl"]);
/** Sample descriptions of encrypted sound: Common Encryption (ISO/IEC 23001-7), FairPlay, Audible. */
const protectedEntries: ReadonlySet<string> = new Set(["enca", "drms", "aavd"]);

async function isMovProtected(file: FileHandle, fileBytes: number): Promise<boolean> {
  const waiting: { readonly from: number; readonly to: number }[] = [{ from: 0, to: fileBytes }];
  let parts = 0;
  for (let range = waiting.pop(); range; range = waiting.pop()) {
    for (let at = range.from; at + 8 <= range.to && parts < mostParts; parts++) {
      const header = await read(file, at, 24);
      if (header.length < 16) break;
      const { bytes, headerBytes } = boxSize(header, range.to - at);
      const name = nameAt(header, 4);
      // Of a track's descriptions the first is the one that counts: 8 bytes, then its size and name.
      if (name === "stsd" && header.length === 24 && protectedEntries.has(nameAt(header, 20))) return true;
      if (outerBoxes.has(name)) waiting.push({ from: at + headerBytes, to: Math.min(at + bytes, range.to) });
      if (bytes < headerBytes) break;
      at += bytes;
    }
  }
  return false;
}

function boxSize(header: Buffer, rest: number): { readonly bytes: number; readonly headerBytes: number } {
  const size = header.readUInt32BE(0);
  if (size === 1) return { bytes: Number(header.readBigUInt64BE(8)), headerBytes: 16 };
  return { bytes: size === 0 ? rest : size, headerBytes: 8 };
}

/** Advanced Systems Format specification, sections 3.14 and 3.15: the objects of a header that say how the sound is encrypted. */
const encryptionObjects = ["fbb3112223bdd211b4b700a0c955fc6e", "14e68a292226174cb935dae07ee9289c"].map(
  (hex) => Buffer.from(hex, "hex"),
);
const asfHeaderBytes = 65_536;

async function isAsfProtected(file: FileHandle): Promise<boolean> {
  const header = await read(file, 0, asfHeaderBytes);
  const length = header.length < 24 ? 0 : Number(header.readBigUInt64LE(16));
  const objects = header.subarray(0, Math.min(length, header.length));
  return encryptionObjects.some((guid) => objects.includes(guid));
}
