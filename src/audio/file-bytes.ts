import { open } from "node:fs/promises";

const readBytes = 65_536;

/** A file's bytes in order, 64 KiB at a time, each in memory of its own; throws what the file system throws. */
export async function* readFileBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  await using file = await open(path, "r");
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(readBytes), 0, readBytes, null);
    signal.throwIfAborted();
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Up to `length` bytes from `position`, fewer at the end of the file. */
export async function readFileStart(path: string, position: number, length: number): Promise<Uint8Array> {
  await using file = await open(path, "r");
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
