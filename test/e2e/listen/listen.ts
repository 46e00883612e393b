import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createPocketSphinx, type PocketSphinx } from "../../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import type { Impairment } from "../../../src/sandbox/voice/impairment.ts";
import { spokenWords } from "../../../src/sandbox/words.ts";
import { setTalkStage, type TalkStage } from "../talk-stage.ts";
import { compareWords } from "./compare.ts";
import { type Script, type Turn, writeScript } from "./script.ts";

export interface ListenOptions {
  readonly seconds: number;
  readonly seed: number;
  /** 5 % of the packets lost and 2 % overtaken by others unless told. */
  readonly impairment?: Impairment;
  /** After every other turn its speaker leaves and comes back, or goes on under another ssrc: keys change in mid-speech of the others. */
  readonly churn?: boolean;
  /** What happens meanwhile. */
  readonly events?: readonly ListenEvent[];
  readonly tell?: (line: string) => void;
}

export interface ListenEvent {
  /** From the beginning. */
  readonly atMs: number;
  readonly act: (stage: TalkStage) => void;
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
  /** What is not right, word by word. */
  readonly remarks: readonly string[];
  /** Packets that were sent, that the network lost, that the bot gave up, and that came after that. */
  readonly packets: number;
  readonly lostByNetwork: number;
  readonly lostByBot: number;
  readonly late: number;
  /** Packets of which the bot never learnt who sent them, and those that it might not open. */
  readonly unattributed: number;
  readonly unheard: number;
  readonly exitCode: number | null;
}

/** Speech does not begin for the detector when it does for us: lines this close together may stand either way. */
const nearMs = 1000;

/** Lets people talk over a bad network, end-to-end encrypted, and a bot of its own process caption them. */
export async function listen(options: ListenOptions): Promise<ListenReport> {
  const { seconds, seed, impairment = { loss: 0.05, reorder: 0.02 }, tell = () => undefined } = options;
  const { churn = false, events = [] } = options;
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
    return await play(stage, { script, reference, impairment, churn, events, tell });
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
  readonly churn: boolean;
  readonly events: readonly ListenEvent[];
  readonly tell: (line: string) => void;
}

interface SaidWord {
  readonly word: string;
  readonly turn: Turn;
  /** From the beginning of the turn. */
  readonly offsetMs: number;
}

async function play(stage: TalkStage, scene: Play): Promise<ListenReport> {
  const { script, reference, impairment, events } = scene;
  const bot = await stage.startReadyBot();
  stage.enter("Maya");
  const started = await stage.command("captions start");
  if (stage.places().length === 0) throw new Error(started);
  stage.channel.room.impair(impairment);
  const beganMs = performance.now();
  const until = async (timeMs: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, Math.max(0, beganMs + timeMs - performance.now())));
  /** When each turn really began: whoever comes back has to wait for the group's keys. */
  const begun = new Map<Turn, number>();
  const talks = script.cast.map(async ({ name, joinsMs }) => {
    await until(joinsMs);
    let talker = stage.enter(name);
    const turns = script.turns.filter(({ speaker }) => speaker === name);
    for (const [index, turn] of turns.entries()) {
      await until(turn.startMs);
      await talker.ready();
      begun.set(turn, performance.now() - beganMs);
      await talker.say(turn.packets);
      if (scene.churn && index % 4 === 1) talker.changeSsrc();
      if (!scene.churn || index % 4 !== 3) continue;
      talker.hangUp();
      talker = stage.channel.enter(talker.memberId);
    }
    scene.tell(`${name} has said everything`);
  });
  const happenings = events.map(async ({ atMs, act }) => {
    await until(atMs);
    act(stage);
  });
  await Promise.all([...talks, ...happenings]);
  const lines = (): string[] => stage.written().flatMap(({ content }) => content.split("\n"));
  // What was said last is still on its way, and on a busy machine the recognizer is behind.
  const wordsWritten = (): number =>
    lines().reduce((sum, line) => sum + (line.startsWith("**") ? spokenWords(line).length - 1 : 0), 0);
  const wordsSaid = [...reference.values()].reduce((sum, words) => sum + words.length, 0);
  const everything = stage.discord.waitFor(() => wordsWritten() >= wordsSaid, { timeoutMs: 90_000 });
  await everything.catch(() => scene.tell("not every word came"));
  await stage.command("captions stop");
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  bot.kill("SIGTERM");
  const { code, stdout } = await bot.ended;
  const { network, voice } = heardBy(stdout);
  const transcript = JSON.parse(await stage.file(end, "transcript.json")) as Entry[];
  const { traffic } = stage.channel.room;
  return {
    speakers: script.cast.length,
    turns: script.turns.length,
    ...judge({ reference, begun, transcript, lines: lines() }),
    packets: traffic.packets,
    lostByNetwork: traffic.lost,
    lostByBot: network.lost,
    late: network.dropped,
    unattributed: voice.unattributed,
    unheard: voice.unheard,
    exitCode: code,
  };
}

interface Entry {
  readonly speaker: string;
  readonly text: string;
}

interface Evidence {
  readonly reference: Play["reference"];
  readonly begun: ReadonlyMap<Turn, number>;
  readonly transcript: readonly Entry[];
  /** Of the thread. */
  readonly lines: readonly string[];
}

type Judgement = Pick<
  ListenReport,
  "remarks" | "words" | "right" | "misheard" | "missing" | "extra" | "outOfOrder"
>;

/** Compares what stands in the thread with what was said, and the transcript with the thread. */
function judge({ reference, begun, transcript, lines }: Evidence): Judgement {
  const sum = { words: 0, right: 0, misheard: 0, missing: 0, extra: 0 };
  const remarks: string[] = [];
  const starts: (number | undefined)[] = lines.map(() => undefined);
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
      const word = said[difference.places[at] ?? -1];
      if (word) starts[index] ??= (begun.get(word.turn) ?? 0) + word.offsetMs;
    }
    const { right, misheard, missing, extra } = difference;
    remarks.push(...difference.remarks.map((one) => `${speaker}: ${one}`));
    sum.words += said.length;
    sum.right += right;
    sum.misheard += misheard;
    sum.missing += missing;
    sum.extra += extra;
  }
  let [latestMs, outOfOrder] = [-Infinity, 0];
  for (const startMs of starts) {
    if (startMs === undefined) continue;
    if (startMs < latestMs - nearMs) {
      outOfOrder++;
      remarks.push(
        `a line begun at ${Math.round(startMs)} ms stands behind one of ${Math.round(latestMs)} ms`,
      );
    }
    latestMs = Math.max(latestMs, startMs);
  }
  return { ...sum, outOfOrder, remarks };
}

/** What the same recognizer hears on each turn as it left the microphone. */
async function hearClean({ cast, turns }: Script, sphinx: PocketSphinx): Promise<Play["reference"]> {
  const heard = new Map<string, SaidWord[]>(cast.map(({ name }) => [name, []]));
  for (const turn of turns) {
    const { speaker, spoken } = turn;
    const { text } = await sphinx.recognize(clipOf(spoken.samples), { signal: AbortSignal.timeout(60_000) });
    for (const [index, word] of spokenWords(text).entries())
      heard.get(speaker)?.push({ word, turn, offsetMs: spoken.parts[index]?.startMs ?? 0 });
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

interface HeardByBot {
  readonly network: { readonly lost: number; readonly dropped: number };
  readonly voice: { readonly unattributed: number; readonly unheard: number };
}

/** The bot's own account, from its log. */
function heardBy(log: string): HeardByBot {
  const line = log.split("\n").findLast((one) => one.includes('"concealedMs"'));
  if (line === undefined) throw new Error("the bot did not say what it heard");
  return JSON.parse(line) as HeardByBot;
}
