import { open } from "node:fs/promises";

const readBytes = 65_536;

/** A file's bytes in order, as often as asked; each piece in memory of its own. Throws what the file system throws. */
export type FileBytes = (signal: AbortSignal) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The first bytes of a file: of a small one, all of them. */
export interface FileStart {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads the first 64 KiB, or all of a shorter file. */
export async function readFileStart(path: string): Promise<FileStart> {
  return { path, bytes: await readAt(path, 0) };
}

/** Up to 64 KiB from `position`, fewer at the end of the file. */
export async function readAt(path: string, position: number): Promise<Uint8Array> {
  await using file = await open(path, "r");
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(readBytes), 0, readBytes, position);
  return buffer.subarray(0, bytesRead);
}

/** The whole file, 64 KiB at a time; what was read of it already is not read again. */
export function fileBytes({ path, bytes }: FileStart): FileBytes {
  return (signal) => (bytes.length < readBytes ? [bytes] : readOn(path, bytes, signal));
}

async function* readOn(path: string, start: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield start;
  await using file = await open(path, "r");
  for (let position = start.length; ;) {
    signal.throwIfAborted();
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(readBytes), 0, readBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
