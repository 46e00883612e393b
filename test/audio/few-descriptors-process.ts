import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { exit, stdout } from "node:process";

import { runChild } from "../../src/audio/child-process.ts";
import { createFfmpeg } from "../../src/audio/ffmpeg.ts";

/** Opens this file until the process may open no more; gives back how to close them all. */
function useUp(): () => void {
  const used: number[] = [];
  try {
    for (;;) used.push(openSync(import.meta.filename, "r"));
  } catch {
    return () => used.forEach((descriptor) => closeSync(descriptor));
  }
}

// Says how a child ends that there was no descriptor for, whether its input was closed, and what of the sandbox is known then and later.
const { signal } = new AbortController();
const ffmpeg = createFfmpeg();
const input = await open(import.meta.filename, "r");
const freeAll = useUp();
const end = await runChild({ command: ["true"], input, signal, deadlineMs: 10_000 }).next();
closeSync(openSync(import.meta.filename, "r"));
const freeRest = useUp();
const sandbox = await ffmpeg.sandbox().catch((error: unknown) => error);
freeRest();
freeAll();
const { limits } = await ffmpeg.sandbox();
const code = sandbox instanceof Error && "code" in sandbox ? sandbox.code : sandbox;
stdout.write(JSON.stringify({ end: end.value, isClosed: input.fd === -1, code, limits }), () => exit());
