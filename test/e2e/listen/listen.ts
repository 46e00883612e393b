import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createOpusDecoder } from "../../../src/audio/opus-decoder.ts";
import { createPocketSphinx, type PocketSphinx } from "../../../src/recognizers/pocketsphinx/pocketsphinx.ts";
import type { Impairment } from "../../../src/sandbox/voice/impairment.ts";
import { spokenWords } from "../../../src/sandbox/words.ts";
import { setTalkStage, type TalkStage } from "../talk-stage.ts";
import { type Entry, judge, type Judgement, type SaidWord } from "./judge.ts";
import { type Script, type Turn, writeScript } from "./script.ts";

export interface ListenOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Two to six; six unless told. */
  readonly people?: number;
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

/** What became of every word, and of every packet. */
export interface ListenReport extends Judgement {
  readonly speakers: number;
  readonly turns: number;
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

const frameMs = 20;
/** 200 ms. */
const silenceAround = 3200;
/** When nothing was written for so long, nothing is to come. */
const quietMs = 20_000;

/** Lets people talk over a bad network, end-to-end encrypted, and a bot of its own process caption them. */
export async function listen(options: ListenOptions): Promise<ListenReport> {
  const [report] = await listenAtOnce([options]);
  if (!report) throw new Error("nobody listens");
  return await report;
}

/** Several of these at once, each with a bot of its own, and with one recognizer: what it hears without a network is found out before. */
export async function listenAtOnce(
  scenes: readonly ListenOptions[],
): Promise<readonly Promise<ListenReport>[]> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-listen-"));
  const scripts = await Promise.all(scenes.map(writeScript));
  const grammar = join(folder, "words.gram");
  await writeFile(grammar, grammarOf(scripts[0]?.vocabulary ?? []));
  const sphinx = createPocketSphinx({ grammar, maxWaiting: 1000 });
  const plays: Promise<ListenReport>[] = [];
  try {
    const references = await Promise.all(scripts.map((script) => hearClean(script, sphinx)));
    for (const [index, script] of scripts.entries()) {
      const reference = references[index];
      if (reference) plays.push(perform({ ...defaults, ...scenes[index], script, reference, sphinx }));
    }
  } finally {
    void cleanUp(plays, async () => {
      await sphinx.close();
      await rm(folder, { recursive: true, force: true });
    });
  }
  return plays;
}

async function cleanUp(plays: readonly Promise<unknown>[], act: () => Promise<void>): Promise<void> {
  await Promise.allSettled(plays);
  await act();
}

const defaults = {
  impairment: { loss: 0.05, reorder: 0.02 },
  churn: false,
  events: [],
  tell: () => undefined,
} as const satisfies Partial<ListenOptions>;

/** On a busy machine a clip waits for others. */
const recognitionMs = 300_000;

async function perform(scene: Play): Promise<ListenReport> {
  const { script, sphinx, tell } = scene;
  tell(`${script.turns.length} turns of ${script.cast.length} people`);
  await using stage = await setTalkStage({
    sis: {
      async recognize({ samples }) {
        const signal = AbortSignal.timeout(recognitionMs);
        const { text, confidence = 0 } = await sphinx.recognize(clipOf(samples), { signal });
        return { text, score: confidence };
      },
    },
  });
  return await play(stage, scene);
}

interface Play {
  readonly script: Script;
  /** Each speaker's words, and when they were said. */
  readonly reference: ReadonlyMap<string, readonly SaidWord[]>;
  readonly impairment: Impairment;
  readonly churn: boolean;
  readonly events: readonly ListenEvent[];
  readonly tell: (line: string) => void;
  readonly sphinx: PocketSphinx;
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
  const lost = new Set<Buffer>();
  const talks = script.cast.map(async ({ name, joinsMs }) => {
    await until(joinsMs);
    let talker = stage.enter(name);
    const turns = script.turns.filter(({ speaker }) => speaker === name);
    for (const [index, turn] of turns.entries()) {
      await until(turn.startMs);
      await talker.ready();
      begun.set(turn, performance.now() - beganMs);
      await talker.say(turn.packets, { onLost: (packet) => lost.add(packet) });
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
  for (let written = wordsWritten(); written < wordsSaid;) {
    const before = written;
    const more = stage.discord.waitFor(() => wordsWritten() > before && wordsWritten(), {
      timeoutMs: quietMs,
    });
    written = await more.catch(() => Infinity);
    if (written === Infinity) scene.tell("not every word came");
  }
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
    ...(await judge({
      reference,
      begun,
      transcript,
      lines: lines(),
      hear: async (turn) => hearCame(turn, lost, scene.sphinx),
    })),
    packets: traffic.packets,
    lostByNetwork: traffic.lost,
    lostByBot: network.lost,
    late: network.dropped,
    unattributed: voice.unattributed,
    unheard: voice.unheard,
    exitCode: code,
  };
}

/** What the same recognizer hears on each turn as it left the microphone. */
async function hearClean({ cast, turns }: Script, sphinx: PocketSphinx): Promise<Play["reference"]> {
  const heard = new Map<string, SaidWord[]>(cast.map(({ name }) => [name, []]));
  for (const turn of turns) {
    const { speaker, spoken } = turn;
    const { text } = await sphinx.recognize(clipOf(spoken.samples), {
      signal: AbortSignal.timeout(recognitionMs),
    });
    for (const [index, word] of spokenWords(text).entries())
      heard.get(speaker)?.push({ word, turn, offsetMs: spoken.parts[index]?.startMs ?? 0 });
  }
  return heard;
}

/** What the same recognizer hears on what the network left of a turn: bare, and with the silence around it that a clip has. */
async function hearCame(turn: Turn, lost: ReadonlySet<Buffer>, sphinx: PocketSphinx): Promise<string[][]> {
  using decoder = createOpusDecoder({ sampleRate: 16_000 });
  const frames = turn.packets.map(
    (packet) => (lost.has(packet) ? undefined : decoder.decode(packet)) ?? decoder.conceal(frameMs),
  );
  const bare = Int16Array.from(frames.flatMap((frame) => [...frame]));
  const around = new Int16Array(bare.length + 2 * silenceAround);
  around.set(bare, silenceAround);
  const heard: string[][] = [];
  for (const samples of [bare, around]) {
    const { text } = await sphinx.recognize(clipOf(samples), { signal: AbortSignal.timeout(recognitionMs) });
    heard.push(spokenWords(text));
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
