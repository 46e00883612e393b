import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createPocketSphinx, type PocketSphinx } from "../../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import type { Impairment } from "../../../src/sandbox/voice/impairment.ts";
import { spokenWords } from "../../../src/sandbox/words.ts";
import { setTalkStage, type TalkStage } from "../talk-stage.ts";
import { compareWords } from "./compare.ts";
import { type Script, writeScript } from "./script.ts";

export interface ListenOptions {
  readonly seconds: number;
  readonly seed: number;
  /** 5 % of the packets lost and 2 % overtaken by others unless told. */
  readonly impairment?: Impairment;
  readonly tell?: (line: string) => void;
}

/** What became of every word. */
export interface ListenReport {
  readonly speakers: number;
  readonly turns: number;
  /** Words that the recognizer hears on the clean sound of the turns. */
  readonly words: number;
  readonly right: number;
  readonly misheard: number;
  readonly missing: number;
  readonly extra: number;
  /** Lines that stand behind one that was begun later. */
  readonly outOfOrder: number;
  /** Packets that were sent, that the network lost, that the bot gave up, and that came after that. */
  readonly packets: number;
  readonly lostByNetwork: number;
  readonly lostByBot: number;
  readonly late: number;
  readonly exitCode: number | null;
}

/** Speech does not begin for the detector when it does for us: lines this close together may stand either way. */
const nearMs = 1000;

/** Lets people talk over a bad network, end-to-end encrypted, and a bot of its own process caption them. */
export async function listen(options: ListenOptions): Promise<ListenReport> {
  const { seconds, seed, impairment = { loss: 0.05, reorder: 0.02 }, tell = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), "earshot-listen-"));
  const script = await writeScript({ seconds, seed });
  const grammar = join(folder, "words.gram");
  await writeFile(grammar, grammarOf(script.vocabulary));
  const sphinx = createPocketSphinx({ grammar });
  try {
    const reference = await hearClean(script, sphinx);
    tell(`${script.turns.length} turns of ${script.cast.length} people, ${seconds} s`);
    await using stage = await setTalkStage({
      sis: {
        async recognize({ samples }) {
          const { text, confidence = 0 } = await sphinx.recognize(clipOf(samples), {
            signal: AbortSignal.timeout(60_000),
          });
          return { text, score: confidence };
        },
      },
    });
    return await play(stage, { script, reference, impairment, tell });
  } finally {
    await sphinx.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Play {
  readonly script: Script;
  /** Each speaker's words, and when they were said. */
  readonly reference: ReadonlyMap<string, readonly SaidWord[]>;
  readonly impairment: Impairment;
  readonly tell: (line: string) => void;
}

interface SaidWord {
  readonly word: string;
  readonly startMs: number;
}

async function play(stage: TalkStage, { script, reference, impairment, tell }: Play): Promise<ListenReport> {
  const bot = await stage.startReadyBot();
  stage.enter("Maya");
  const started = await stage.command("captions start");
  if (stage.places().length === 0) throw new Error(started);
  stage.channel.room.impair(impairment);
  const beganMs = performance.now();
  const until = async (timeMs: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, Math.max(0, beganMs + timeMs - performance.now())));
  await Promise.all(
    script.cast.map(async ({ name, joinsMs }) => {
      await until(joinsMs);
      const talker = stage.enter(name);
      await talker.ready();
      for (const turn of script.turns) {
        if (turn.speaker !== name) continue;
        await until(turn.startMs);
        await talker.speak(turn.spoken);
      }
      tell(`${name} has said everything`);
    }),
  );
  const lines = (): string[] => stage.written().flatMap(({ content }) => content.split("\n"));
  // What was said last is still on its way.
  await until(performance.now() - beganMs + 5000);
  await stage.command("captions stop");
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  bot.kill("SIGTERM");
  const { code, stdout } = await bot.ended;
  const network = networkIn(stdout);
  const transcript = JSON.parse(await stage.file(end, "transcript.json")) as Entry[];
  const { traffic } = stage.channel.room;
  return {
    speakers: script.cast.length,
    turns: script.turns.length,
    ...judge(reference, transcript, lines()),
    packets: traffic.packets,
    lostByNetwork: traffic.lost,
    lostByBot: network.lost,
    late: network.dropped,
    exitCode: code,
  };
}

interface Entry {
  readonly speaker: string;
  readonly text: string;
}

type Judgement = Pick<ListenReport, "words" | "right" | "misheard" | "missing" | "extra" | "outOfOrder">;

/** Compares what stands in the thread with what was said, and the transcript with the thread. */
function judge(
  reference: Play["reference"],
  transcript: readonly Entry[],
  lines: readonly string[],
): Judgement {
  const sum = { words: 0, right: 0, misheard: 0, missing: 0, extra: 0 };
  const begun: (number | undefined)[] = lines.map(() => undefined);
  for (const [speaker, said] of reference) {
    const head = `**${speaker}** `;
    const heard = lines.flatMap((line, index) =>
      line.startsWith(head) ? spokenWords(line.slice(head.length)).map((word) => ({ word, index })) : [],
    );
    const words = heard.map(({ word }) => word);
    const inFile = transcript.filter((entry) => entry.speaker === speaker);
    if (inFile.flatMap(({ text }) => spokenWords(text)).join(" ") !== words.join(" "))
      throw new Error(`${speaker}'s transcript is not what stands in the thread`);
    const difference = compareWords(
      said.map(({ word }) => word),
      words,
    );
    for (const [at, { index }] of heard.entries()) {
      const place = difference.places[at];
      if (place !== undefined) begun[index] ??= said[place]?.startMs;
    }
    const { right, misheard, missing, extra } = difference;
    sum.words += said.length;
    sum.right += right;
    sum.misheard += misheard;
    sum.missing += missing;
    sum.extra += extra;
  }
  let [latestMs, outOfOrder] = [-Infinity, 0];
  for (const startMs of begun) {
    if (startMs === undefined) continue;
    if (startMs < latestMs - nearMs) outOfOrder++;
    latestMs = Math.max(latestMs, startMs);
  }
  return { ...sum, outOfOrder };
}

/** What the same recognizer hears on each turn as it left the microphone. */
async function hearClean({ cast, turns }: Script, sphinx: PocketSphinx): Promise<Play["reference"]> {
  const heard = new Map<string, SaidWord[]>(cast.map(({ name }) => [name, []]));
  for (const { speaker, startMs, spoken } of turns) {
    const { text } = await sphinx.recognize(clipOf(spoken.samples), { signal: AbortSignal.timeout(60_000) });
    for (const [index, word] of spokenWords(text).entries())
      heard.get(speaker)?.push({ word, startMs: startMs + (spoken.parts[index]?.startMs ?? 0) });
  }
  return heard;
}

type Clip = Parameters<PocketSphinx["recognize"]>[0];

function clipOf(samples: Int16Array): Clip {
  const own = Int16Array.from(samples);
  return { index: 0, samples: own, sampleRate: 16_000, pieces: [], speech: [], overlapMs: 0 };
}

/** JSGF: any of the words, any number of them. */
function grammarOf(words: readonly string[]): string {
  return `#JSGF V1.0;\ngrammar words;\npublic <turn> = ( ${words.join(" | ")} )+ ;\n`;
}

function networkIn(log: string): { readonly lost: number; readonly dropped: number } {
  const line = log.split("\n").findLast((one) => one.includes('"concealedMs"'));
  if (line === undefined) throw new Error("the bot did not say what it heard");
  return JSON.parse(line) as { lost: number; dropped: number };
}
