import koffi from "koffi";

/** A word as the engine heard it, in ms from the start of the samples, and how sure it is, 0 to 1. */
export interface HeardWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly probability: number;
}

/** One decoder with its model in memory (about 100 MB). Decodes one run of samples at a time, and blocks while it does. */
export interface Engine {
  /** 16 kHz mono samples to words. Throws when the engine refuses them. */
  decode(samples: Int16Array): readonly HeardWord[];
}

/** Where the engine's parts lie. */
export interface EngineParts {
  /** Name or path of the shared library, as in "libpocketsphinx.so.3". */
  readonly library: string;
  /** Holds en-us/ (acoustic model), en-us.lm.bin and cmudict-en-us.dict. */
  readonly modelFolder: string;
  /** Path of a JSGF grammar that says all that can be heard, instead of English at large. */
  readonly grammar?: string | undefined;
}

type Pointer = bigint | null;

/** The functions of pocketsphinx.h, cmd_ln.h and logmath.h (5prealpha) that are needed here. */
interface Library {
  args(): Pointer;
  parse(config: null, definition: Pointer, count: number, values: readonly string[], strict: 1): Pointer;
  init(config: Pointer): Pointer;
  startStream(decoder: Pointer): number;
  start(decoder: Pointer): number;
  process(decoder: Pointer, samples: Int16Array, length: number, noSearch: 0, whole: 1): number;
  end(decoder: Pointer): number;
  logarithms(decoder: Pointer): Pointer;
  exp(logarithms: Pointer, logarithm: number): number;
  firstSegment(decoder: Pointer): Pointer;
  nextSegment(segment: Pointer): Pointer;
  word(segment: Pointer): string | null;
  frames(segment: Pointer, first: number[], last: number[]): void;
  probability(segment: Pointer, acoustic: null, language: null, backoff: null): number;
}

function load(name: string): Library {
  const library = koffi.load(name);
  return {
    args: library.func("void *ps_args()"),
    parse: library.func("void *cmd_ln_parse_r(void *c, void *defs, int n, const char **values, int strict)"),
    init: library.func("void *ps_init(void *config)"),
    startStream: library.func("int ps_start_stream(void *ps)"),
    start: library.func("int ps_start_utt(void *ps)"),
    process: library.func("int ps_process_raw(void *ps, const int16_t *data, size_t n, int dry, int full)"),
    end: library.func("int ps_end_utt(void *ps)"),
    logarithms: library.func("void *ps_get_logmath(void *ps)"),
    exp: library.func("double logmath_exp(void *table, int logarithm)"),
    firstSegment: library.func("void *ps_seg_iter(void *ps)"),
    nextSegment: library.func("void *ps_seg_next(void *seg)"),
    word: library.func("const char *ps_seg_word(void *seg)"),
    frames: library.func("void ps_seg_frames(void *seg, _Out_ int *first, _Out_ int *last)"),
    probability: library.func("int ps_seg_prob(void *seg, void *acoustic, void *language, void *backoff)"),
  };
}

/** Loads library and model (0.3 to 0.8 s), for the life of the process. Throws when one cannot be loaded. */
export function openEngine({ library, modelFolder, grammar }: EngineParts): Engine {
  const sphinx = load(library);
  const flags = Object.entries({
    "-hmm": `${modelFolder}/en-us`,
    ...(grammar === undefined ? { "-lm": `${modelFolder}/en-us.lm.bin` } : grammarFlags(grammar)),
    "-dict": `${modelFolder}/cmudict-en-us.dict`,
    "-logfn": "/dev/null",
    // By default the engine drops silence and then reports word times as if it had never been there.
    "-remove_silence": "no",
    // A sixth of the states it would follow otherwise: the same words, and music takes half as long.
    "-maxhmmpf": "5000",
  }).flat();
  const config = sphinx.parse(null, sphinx.args(), flags.length, flags, 1);
  const decoder = sphinx.init(config);
  if (config === null || decoder === null) throw new Error(`PocketSphinx could not load ${modelFolder}`);
  const logarithms = sphinx.logarithms(decoder);

  return {
    decode(samples) {
      const failed =
        // Forgets the noise of what was decoded before: the same samples give the same words, whoever spoke last.
        sphinx.startStream(decoder) < 0 ||
        sphinx.start(decoder) < 0 ||
        // As a whole: its level is then normalised over all of it, which live decoding cannot do (8 points of errors).
        sphinx.process(decoder, samples, samples.length, 0, 1) < 0 ||
        sphinx.end(decoder) < 0;
      if (failed) throw new Error("PocketSphinx refused the samples");
      const words: HeardWord[] = [];
      for (let at = sphinx.firstSegment(decoder); at !== null; at = sphinx.nextSegment(at)) {
        const text = plainWord(sphinx.word(at) ?? "");
        if (text === "") continue;
        const first = [0];
        const last = [0];
        sphinx.frames(at, first, last);
        const probability = sphinx.exp(logarithms, sphinx.probability(at, null, null, null));
        words.push({
          text,
          startMs: (first[0] ?? 0) * frameMs,
          endMs: ((last[0] ?? 0) + 1) * frameMs,
          probability: Math.min(1, Math.max(0, probability)),
        });
      }
      return words;
    },
  };
}

const frameMs = 10;

/** A word has to be worth something, or every breath would be one; small as a grammar is, it is searched in full. */
function grammarFlags(grammar: string): Record<string, string> {
  return { "-jsgf": grammar, "-wip": "1e-5", "-beam": "1e-100", "-wbeam": "1e-80", "-pbeam": "1e-100" };
}

/** Leaves out what nobody says (<s>, <sil>, [NOISE], ++SMACK++, a grammar's (NULL)) and the number of a pronunciation, as in "the(2)". */
function plainWord(entry: string): string {
  return /^[<[+(]/.test(entry) ? "" : entry.replace(/\(\d+\)$/, "");
}
