import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { missing, run } from "./program.ts";
import type { Program } from "./program.ts";
import { readWave, samplesOf } from "./wave.ts";
import { spokenWords } from "./words.ts";

/** Something that was said, and by whom: mono, 16 bit, 16 kHz. */
export interface SpokenText {
  /** As in "asterisk/vm-goodbye", "librivox/0870" or "flite/rms". */
  readonly id: string;
  /** What is said, as its source writes it. `spokenWords` gives the words to compare. */
  readonly text: string;
  readonly speaker: string;
  readonly samples: Int16Array;
  readonly sampleRate: 16000;
}

export interface HumanSpeechOptions {
  /** Leaves out what is shorter; 5 unless told. */
  readonly minWords?: number;
  /** Leaves out what is longer; 30 unless told. */
  readonly maxSeconds?: number;
  /** At most so many of each speaker, in the order of their ids; all unless told. */
  readonly limit?: number;
}

const ffmpeg: Program = { command: "ffmpeg", debianPackage: "ffmpeg" };
const sampleRate = 16_000;

const asterisk = {
  audio: "/usr/share/asterisk/sounds/en_US_f_Allison",
  audioPackage: "asterisk-core-sounds-en-g722",
  texts: "/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz",
  textsPackage: "asterisk-core-sounds-en",
};
const librivox = { folder: "/usr/share/pocketsphinx/test/data/librivox", package: "pocketsphinx-testdata" };

/**
 * Human speech with its text: two speakers, about ten minutes unless options say otherwise. Read at run time from Debian's
 * asterisk-core-sounds-en(-g722) (CC-BY-SA-3.0) and pocketsphinx-testdata; throws an error that names the package if one is missing.
 */
export async function humanSpeech(options: HumanSpeechOptions = {}): Promise<readonly SpokenText[]> {
  const [audiobook, prompts] = await Promise.all([readLibrivox(options), readAsterisk(options)]);
  return [...audiobook, ...prompts];
}

interface Line {
  readonly id: string;
  readonly text: string;
}

async function readPackaged(path: string, debianPackage: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw missing(path, debianPackage, cause);
  }
}

async function readLibrivox({
  minWords = 5,
  maxSeconds = 30,
  limit,
}: HumanSpeechOptions): Promise<SpokenText[]> {
  const lines = (await readPackaged(join(librivox.folder, "transcription"), librivox.package))
    .toString()
    .matchAll(/^<s> (?<text>.*) <\/s> \((?<id>\S+)\)$/gm);
  const spoken = await Array.fromAsync(lines, async ({ groups }): Promise<SpokenText> => {
    const id = groups?.["id"] ?? "";
    const wav = await readPackaged(join(librivox.folder, `${id}.wav`), librivox.package);
    return {
      id: `librivox/${id.slice(-4)}`,
      // The package's transcript has one word that nobody says.
      text: (groups?.["text"] ?? "").replace("a more a amiable", "a more amiable"),
      speaker: "librivox",
      samples: samplesOf(readWave(wav)?.data ?? new Uint8Array()),
      sampleRate,
    };
  });
  return spoken
    .filter(({ text, samples }) => spokenWords(text).length >= minWords && seconds(samples) <= maxSeconds)
    .slice(0, limit);
}

async function readAsterisk({
  minWords = 5,
  maxSeconds = 30,
  limit,
}: HumanSpeechOptions): Promise<SpokenText[]> {
  const lines = (await asteriskLines()).filter(({ text }) => spokenWords(text).length >= minWords);
  const chosen: (Line & { readonly path: string; readonly samples: number })[] = [];
  for (const line of lines) {
    if (chosen.length === limit) break;
    const path = join(asterisk.audio, `${line.id}.g722`);
    const bytes = await stat(path).catch((cause: unknown) => {
      throw missing(path, asterisk.audioPackage, cause);
    });
    // G.722 at 64 kbit/s: every byte is two samples.
    const samples = bytes.size * 2;
    if (samples / sampleRate <= maxSeconds) chosen.push({ ...line, path, samples });
  }
  const all = await decodeG722(chosen.map(({ path }) => path));
  let from = 0;
  return chosen.map(({ id, text, samples }) => ({
    id: `asterisk/${id}`,
    text,
    speaker: "allison",
    samples: all.slice(from, (from += samples)),
    sampleRate,
  }));
}

/**
 * The words of the international spelling alphabet, a human voice saying each by itself, but for x-ray: they were chosen to be told
 * apart over bad radio. From the same Debian package as `humanSpeech`.
 */
export async function spellingWords(): Promise<readonly SpokenText[]> {
  const packed = await readPackaged(asterisk.texts, asterisk.textsPackage);
  const lines = (await promisify(gunzip)(packed))
    .toString()
    .matchAll(/^phonetic\/(?<letter>[a-wyz])_p:\s*(?<text>\w+)$/gm);
  return Array.fromAsync(lines, async ({ groups }): Promise<SpokenText> => {
    const id = `phonetic/${groups?.["letter"] ?? ""}_p`;
    const path = join(asterisk.audio, `${id}.g722`);
    await readPackaged(path, asterisk.audioPackage);
    const samples = await decodeG722([path]);
    return { id: `asterisk/${id}`, text: groups?.["text"] ?? "", speaker: "allison", samples, sampleRate };
  });
}

/** The prompts that say what their text says: no sound effects, no numbers that can be read in several ways, nothing twice. */
async function asteriskLines(): Promise<Line[]> {
  const packed = await readPackaged(asterisk.texts, asterisk.textsPackage);
  const lines = (await promisify(gunzip)(packed)).toString().matchAll(/^(?<id>[^;:\s]+):\s*(?<text>.+)$/gm);
  const seen = new Set<string>();
  return [...lines].flatMap(({ groups }) => {
    const id = groups?.["id"] ?? "";
    const text = (groups?.["text"] ?? "").replaceAll(/\s+/g, " ").trim();
    if (/[[<(*#]|\d[\d.]|www|[A-Z] [A-Z] /.test(text) || seen.has(text)) return [];
    seen.add(text);
    return [{ id, text }];
  });
}

/** One ffmpeg for up to fifty files, each with a decoder of its own: a spawn a file would take half a minute. */
async function decodeG722(paths: readonly string[]): Promise<Int16Array> {
  const parts: Buffer[] = [];
  for (let from = 0; from < paths.length; from += 50) {
    const some = paths.slice(from, from + 50);
    const inputs = some.flatMap((path) => ["-f", "g722", "-i", path]);
    const output = ["-filter_complex", `concat=n=${some.length}:v=0:a=1`, "-f", "s16le", "-"];
    parts.push(await run(ffmpeg, ["-v", "error", "-nostdin", ...inputs, ...output]));
  }
  return samplesOf(Buffer.concat(parts));
}

function seconds(samples: Int16Array): number {
  return samples.length / sampleRate;
}
