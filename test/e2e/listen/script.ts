import { joinSpeech, type LongRecording } from "../../../src/sandbox/joined-speech.ts";
import { opusPackets } from "../../../src/sandbox/opus-packets.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import { spellingWords } from "../../../src/sandbox/speech.ts";

/** Something that one of the speakers says. */
export interface Turn {
  readonly speaker: string;
  /** From the beginning. */
  readonly startMs: number;
  readonly spoken: LongRecording;
  /** The same as a client sends it. */
  readonly packets: readonly Buffer[];
}

export interface Script {
  /** Those who come first first; `joinsMs` is when. */
  readonly cast: readonly { readonly name: string; readonly joinsMs: number }[];
  /** In the order in which they begin. */
  readonly turns: readonly Turn[];
  /** Every word that can be said. */
  readonly vocabulary: readonly string[];
}

const names = ["Ada", "Ben", "Cleo", "Dora", "Emil", "Fay"] as const;
/** With 5 % of the packets lost, the recognizer takes these for others now and then. */
const confusable = /^(?:kilo|zulu)$/;

export interface ScriptOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Two to six; six unless told. */
  readonly people?: number | undefined;
}

/**
 * Two people talk from the start, four more join one after the other, and all speak without regard for each other, so that mostly
 * several speak at once. Turns of two to five words, each spoken by a human; the same seed, the same talk.
 */
export async function writeScript({ seconds, seed, people = 6 }: ScriptOptions): Promise<Script> {
  const random = seededRandom(seed);
  const between = (from: number, to: number): number => from + random() * (to - from);
  const words = (await spellingWords()).filter(({ text }) => !confusable.test(text));
  const lengthMs = seconds * 1000;
  const cast = names
    .slice(0, people)
    .map((name, index) => ({ name, joinsMs: Math.max(0, index - 1) * 0.15 * lengthMs }));
  const turns: Omit<Turn, "packets">[] = [];
  for (const { name, joinsMs } of cast) {
    let startMs = joinsMs + between(1500, 4000);
    for (;;) {
      const said = Array.from({ length: Math.floor(between(2, 6)) }, () => {
        const [word] = words.slice(Math.floor(between(0, words.length)));
        if (!word) throw new Error("there is no such word");
        return word;
      });
      const spoken = joinSpeech(said, { seed: turns.length, pauseMs: [40, 300] });
      const endMs = startMs + spoken.samples.length / 16;
      if (endMs > lengthMs) break;
      turns.push({ speaker: name, startMs, spoken });
      startMs = endMs + between(400, 5000);
    }
  }
  turns.sort((one, other) => one.startMs - other.startMs);
  // Before anybody speaks: encoding takes the machine that is to listen.
  return { cast, turns: await encoded(turns), vocabulary: words.map(({ text }) => text) };
}

const samplesPerPacket = 320;
/** Behind each turn, so that none ends in the next one's first packet. */
const restPackets = 2;

/** All turns through one encoder, as a client's runs on: a process for each turn would take minutes to start. */
async function encoded(turns: readonly Omit<Turn, "packets">[]): Promise<readonly Turn[]> {
  const result: Turn[] = [];
  for (let from = 0; from < turns.length; from += 50) {
    const some = turns.slice(from, from + 50);
    const counts = some.map(
      ({ spoken }) => Math.ceil(spoken.samples.length / samplesPerPacket) + restPackets,
    );
    const samples = new Int16Array(counts.reduce((sum, count) => sum + count, 0) * samplesPerPacket);
    let at = 0;
    for (const [index, { spoken }] of some.entries()) {
      samples.set(spoken.samples, at);
      at += (counts[index] ?? 0) * samplesPerPacket;
    }
    const packets = await opusPackets({ samples });
    let next = 0;
    for (const [index, turn] of some.entries()) {
      const end = next + (counts[index] ?? 0);
      result.push({ ...turn, packets: packets.slice(next, end) });
      next = end;
    }
  }
  return result;
}
