import { expect, test } from "vitest";

import type { BotEvent } from "../../src/bot/observations.ts";
import { clearSentences } from "../../src/sandbox/sentences.ts";
import { synthesize } from "../../src/sandbox/synthesis.ts";
import { TranscriptionError } from "../../src/transcription/errors.ts";
import { scriptedRecognizer } from "../transcription/scripted-recognizer.ts";
import { setBotStage, transcriptOf } from "./bot-stage.ts";
import { setCaptionsStage } from "./captions/captions-stage.ts";

/** Events as they come, and a way to wait for the one that makes something true. */
function collect(): {
  readonly events: readonly BotEvent[];
  readonly observe: (event: BotEvent) => void;
  readonly until: (isTrue: (events: readonly BotEvent[]) => boolean) => Promise<void>;
} {
  const events: BotEvent[] = [];
  let check: (() => void) | undefined;
  return {
    events,
    observe(event) {
      events.push(event);
      check?.();
    },
    until: async (isTrue) =>
      new Promise((resolve) => {
        check = () => {
          if (isTrue(events)) resolve();
        };
        check();
      }),
  };
}

test("every answered note is told of once, by what its answer was", async () => {
  const { events, observe, until } = collect();
  await using stage = await setBotStage({ bot: { observe } });
  stage.script = async (bytes) => {
    const says = bytes.toString();
    if (says === "broken") throw new TranscriptionError("it ends", { reason: "damaged", retryable: false });
    return Promise.resolve(transcriptOf(says === "silence" ? "" : says));
  };
  for (const says of ["hello", "silence", "broken"]) await stage.answered(stage.note(says));
  await until(({ length }) => length === 3);

  expect(events.map((event) => event.type === "answered" && [event.asked, event.outcome])).toEqual([
    ["note", "words"],
    ["note", "nothing-said"],
    ["note", "problem"],
  ]);
});

test("a state without a connection says so", async () => {
  await using stage = await setBotStage({ start: false });
  expect(stage.bot.state()).toMatchObject({ connected: false, servers: 0 });
  await stage.bot.start();
  expect(stage.bot.state()).toEqual({ connected: true, servers: 1, sessions: 0, stuck: {} });
});

test("captions tell their delay, and what became of the packets", async () => {
  const { events, observe, until } = collect();
  const recognizer = scriptedRecognizer(() => ({ text: "words", confidence: 0.8 }), { maxClipMs: 30_000 });
  await using stage = await setCaptionsStage(recognizer, {}, { observe });
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  expect(stage.bot.state()).toMatchObject({ sessions: 1, stuck: {} });
  await ada.speak(await synthesize(clearSentences[0] ?? ""));
  await until((all) => all.some(({ type }) => type === "caption"));
  await stage.command("captions stop");

  const delays = events.filter((event) => event.type === "caption").map(({ delayMs }) => delayMs);
  expect(Math.min(...delays)).toBeGreaterThan(0);
  const heard = events.filter((event) => event.type === "voice").reduce((sum, one) => sum + one.heard, 0);
  expect(heard).toBeGreaterThan(50);
}, 60_000);
