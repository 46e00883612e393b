import { constants } from "node:fs";
import { chmod, copyFile, mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AudioError } from "./errors.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * Opens a file so that a decoder in the sandbox can open it once more through /proc/self/fd, which alone lets it seek
 * (an m4a may have its index at the end, and ffmpeg 5 reads descriptors as pipes). No folder on the way needs to be open
 * to it, but the file must be readable for whoever it runs as: one that nobody may read is copied, and the copy unlinked
 * at once. Downloads written with mode 0604 in a private folder spare the copy.
 */
export async function openForChild(path: string, sandbox: Sandbox): Promise<FileHandle> {
  const file = await open(path, "r");
  const { mode } = await file.stat();
  if (sandbox.user !== "nobody" || (mode & constants.S_IROTH) !== 0) return file;
  await file.close();
  const folder = await mkdtemp(join(tmpdir(), "earshot-input-"));
  try {
    const copy = join(folder, "input");
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    await chmod(copy, constants.S_IRUSR | constants.S_IROTH);
    return await open(copy, "r");
  } catch (error) {
    if (isFull(error)) throw new AudioError("disk-full", "no room for a temporary file", { cause: error });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
