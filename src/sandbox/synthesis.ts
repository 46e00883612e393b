import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "./program.ts";
import type { SpokenText } from "./speech.ts";
import { readWave, samplesOf } from "./wave.ts";
import { spokenWords } from "./words.ts";

/** The voices of Debian's flite that speak at 16 kHz; "rms" is the one the embedded recognizer understands best. */
export type Voice = "rms" | "kal16" | "awb" | "slt";

/** Reads a text aloud with flite: the same samples every time. Throws when flite is missing. */
export async function synthesize(text: string, voice: Voice = "rms"): Promise<SpokenText> {
  const wave = readWave(await speak(text, voice));
  if (wave?.sampleRate !== 16_000) throw new Error(`flite gave no 16 kHz sound for the voice ${voice}`);
  return {
    id: `flite/${voice}/${spokenWords(text).slice(0, 4).join("-")}`,
    text,
    speaker: voice,
    samples: samplesOf(wave.data),
    sampleRate: 16_000,
  };
}

/** flite opens its output by name, and Node's pipes are sockets, which cannot be opened: hence a file. */
async function speak(text: string, voice: Voice): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-speech-"));
  try {
    const file = join(folder, "speech.wav");
    await run({ command: "flite", debianPackage: "flite" }, ["-voice", voice, "-t", text, "-o", file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
