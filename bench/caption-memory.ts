import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { humanSpeech } from "../src/sandbox/speech.ts";
import { setTalkStage } from "../test/e2e/talk-stage.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { megabytes } from "./memory/resident.ts";
import { spawnBot, type Starting } from "./memory/running-bot.ts";

const names = ["Maya", "Ben", "Cleo", "Dora", "Emil", "Finn"];
const talkMs = 60_000;
/** Transcript and picture are posted by then. */
const afterwardsMs = 5000;

interface Figures {
  /** The most memory there was while people talked, in bytes of RSS. */
  readonly talkingBytes: number;
  /** The most until captions had ended, the picture of who spoke when drawn. */
  readonly endedBytes: number;
}

/** What a bot needs that captions six people over an encrypted connection, who talk all the time for a minute. */
export const captionMemoryBenchmark: Benchmark = {
  name: "caption-memory",
  onRequest: true,
  async run() {
    const ours = await captioning("as npm start does");
    const alone = await captioning("by Node alone");
    return [
      row("six people captioned for a minute", ours.talkingBytes, alone.talkingBytes),
      row("the same, stopped, with the picture of who spoke when", ours.endedBytes, alone.endedBytes),
    ];
  },
};

async function captioning(how: Starting): Promise<Figures> {
  const speech = await humanSpeech({ limit: 20, maxSeconds: 4 });
  await using stage = await setTalkStage({
    sis: { delayMs: 300, recognize: (_, index) => ({ text: `turn ${index} of all`, score: 0.9 }) },
  });
  const bot = await spawnBot(how, stage, { NODE_EXTRA_CA_CERTS: join(stage.dataDir, "voice-server.pem") });
  try {
    const people = names.map((name) => stage.enter(name));
    await stage.command("captions start");
    const untilMs = performance.now() + talkMs;
    await Promise.all(
      people.map(async (person, index) => {
        for (let turn = index; performance.now() < untilMs; turn += 1) {
          const samples = speech[turn % speech.length];
          if (samples) await person.speak(samples);
        }
      }),
    );
    const talkingBytes = bot.resident().mostBytes;
    await stage.command("captions stop");
    await delay(afterwardsMs);
    return { talkingBytes, endedBytes: bot.resident().mostBytes };
  } finally {
    await bot.end();
  }
}

function row(what: string, small: number, large: number): BenchmarkRow {
  return {
    what: `memory for ${what}`,
    ours: `${megabytes(small)} RSS at most`,
    alternative: `${megabytes(large)} RSS, by node src/main.ts`,
    ratio: `${(small / large).toFixed(2)}× the memory`,
    bar: "less memory",
    met: small < large,
  };
}
