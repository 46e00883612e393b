import { beforeAll, describe, expect, test } from "vitest";

import { drySentences, type HearingStage } from "../../../src/bot/voice/voice-watchdog.ts";
import { createWords } from "../../../src/explanations/words.ts";
import { createSis } from "../../../src/recognizers/huawei/sis.ts";
import { createQuota } from "../../../src/recognizers/quota.ts";
import { scheduled } from "../../../src/recognizers/scheduled.ts";
import { createLocalSlots } from "../../../src/recognizers/slots.ts";
import { opusPackets } from "../../../src/sandbox/opus-packets.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";
import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { type LocalSis, startLocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import type { SpokenText } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import type { Talker } from "../../../src/sandbox/voice/talk.ts";
import { type CaptionsStage, setCaptionsStage } from "./captions-stage.ts";

let spoken: SpokenText;
let packets: readonly Buffer[] = [];

beforeAll(async () => {
  spoken = await synthesize(clearSentences[0]!);
  packets = await opusPackets(spoken);
}, 30_000);

/** The watchdog's seconds are a tenth as long. */
const quick = { watchdogPace: 10, checksPerLook: 1 };
const words = createWords();
const sentence = (stage: HearingStage): string => words.say("en", drySentences[stage]);

interface Scene extends AsyncDisposable {
  readonly sis: LocalSis;
  readonly stage: CaptionsStage;
  readonly ada: Talker;
}

/** Captions that run, with Ada in the voice channel. Speech goes to a speech service of the sandbox, through a quota. */
async function setScene({ qps = 20 } = {}): Promise<Scene> {
  const sis = await startLocalSis({ recognize: () => ({ text: "words", score: 0.9 }) });
  const { accessKey, secretKey, region } = sis.account;
  const client = createSis({
    property: "english_16k_common",
    region,
    endpoint: sis.url,
    iamEndpoint: sis.url,
    credentials: { type: "ak-sk", accessKey, secretKey },
    maxClipSeconds: 30,
    maxBase64Bytes: 2_000_000,
    timeoutSeconds: 10,
  });
  const quota = createQuota({ slots: createLocalSlots({ qps }) });
  const stage = await setCaptionsStage(scheduled(client, quota), quick);
  const ada = await stage.enter("Ada", stage.personId);
  expect(await stage.command("captions start")).toMatch(/^Captions for .* are on/);
  await ada.ready();
  return {
    sis,
    stage,
    ada,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      quota.close();
      await client.close();
      await sis.close();
    },
  };
}

const isCaption = (line: string): boolean => line.startsWith("**Ada** words");
const linesOf = (stage: CaptionsStage): string[] =>
  stage.written().flatMap(({ content }) => content.split("\n"));
const timesTold = (stage: CaptionsStage, dry: HearingStage): number =>
  linesOf(stage).filter((line) => line.includes(sentence(dry))).length;

/** Waits until the place says so, and `/captions status`: while it joins again, the first stage that is dry may be another one. */
async function isTold(stage: CaptionsStage, dry: HearingStage): Promise<void> {
  await stage.wrote(({ content }) => content.includes(sentence(dry)));
  await isShown(stage, dry);
}
async function isShown(stage: CaptionsStage, dry: HearingStage): Promise<void> {
  while (!(await stage.command("captions status")).includes(sentence(dry)));
}
const isCaptioned = async (stage: CaptionsStage): Promise<unknown> =>
  stage.wrote(({ content }) => content.split("\n").some(isCaption));

/** Says something over and over until it has happened. */
async function saying(say: () => Promise<unknown>, happens: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const whenOver = (): void => over.abort();
  happens.then(whenOver, whenOver);
  while (!over.signal.aborted) await say();
  await happens;
}
const spoil = (sealed: Buffer): Buffer => Buffer.from(sealed).fill(0xee, 2, 8);

describe.concurrent("what keeps speech from becoming captions is told once, with what helps, and goes on when it is over:", () => {
  test("no voice server", async () => {
    await using scene = await setScene();
    const { stage, ada } = scene;
    stage.voice.refuseWith(4006);
    stage.voice.drop(stage.discord.application.botId, 4006);
    await isTold(stage, "connection");
    stage.voice.refuseWith(undefined);
    await stage.wrote(({ content }) => content.includes("I can hear again"));
    await saying(() => ada.speak(spoken), isCaptioned(stage));
    expect(timesTold(stage, "connection")).toBe(1);
  }, 60_000);

  test("no sound, after asking for it and joining again did not help", async () => {
    await using scene = await setScene();
    const { stage, ada } = scene;
    stage.room.impair({ loss: 1 });
    await saying(() => ada.say(packets.slice(0, 25)), isTold(stage, "packets"));
    stage.room.impair({});
    await saying(() => ada.speak(spoken), isCaptioned(stage));
    expect(timesTold(stage, "packets")).toBe(1);
    expect(stage.voice.journal.filter(({ op }) => op === 0).length).toBeGreaterThan(1);
  }, 60_000);

  test("sound that cannot be decrypted, after joining again did not help", async () => {
    await using scene = await setScene();
    const { stage, ada } = scene;
    const unreadable = { frame: spoil, trailingSilence: false };
    await saying(() => ada.say(packets.slice(0, 25), unreadable), isTold(stage, "decrypting"));
    await saying(() => ada.speak(spoken), isCaptioned(stage));
    expect(timesTold(stage, "decrypting")).toBe(1);
    expect(stage.voice.journal.filter(({ op }) => op === 0).length).toBeGreaterThan(1);
  }, 60_000);

  test("sound without speech", async () => {
    await using scene = await setScene();
    const { sis, stage, ada } = scene;
    const random = seededRandom(1);
    const samples = Int16Array.from({ length: 48_000 }, () => (random() - 0.5) * 600);
    const noise = await opusPackets({ samples });
    const people = [ada];
    for (const name of ["Ben", "Cem", "Dora", "Emil"]) people.push(await stage.enter(name));
    await Promise.all(people.map((person) => person.ready()));
    const everybody = async (): Promise<unknown> =>
      Promise.all(people.map(async (person) => person.say(noise)));
    await saying(everybody, isTold(stage, "speech"));
    expect(sis.requests).toEqual([]);
    await saying(() => ada.speak(spoken), isCaptioned(stage));
    expect(timesTold(stage, "speech")).toBe(1);
  }, 60_000);

  test("a quota that is used up", async () => {
    await using scene = await setScene({ qps: 0.1 });
    const { sis, stage, ada } = scene;
    await saying(() => ada.speak(spoken), isTold(stage, "quota"));
    await sis.until((requests) => requests.length > 1);
    await stage.discord.waitFor(() => linesOf(stage).filter(isCaption).length > 1);
    expect(timesTold(stage, "quota")).toBe(1);
  }, 60_000);

  test("a speech service that fails", async () => {
    await using scene = await setScene();
    const { sis, stage, ada } = scene;
    sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
    await saying(() => ada.speak(spoken), isTold(stage, "recognizer"));
    sis.clearFaults();
    await isCaptioned(stage);
    expect(timesTold(stage, "recognizer")).toBe(1);
  }, 60_000);

  test("a place that takes no messages: only the status can say so", async () => {
    await using scene = await setScene();
    const { stage, ada } = scene;
    const path = `/channels/${stage.placeId()}/messages`;
    stage.discord.failNext({ kind: "status", status: 500, method: "POST", path, times: 1000 });
    await saying(() => ada.speak(spoken), isShown(stage, "posting"));
    expect(linesOf(stage).filter(isCaption)).toEqual([]);
    stage.discord.clearFaults();
    await isCaptioned(stage);
    await stage.command("captions stop");
    const end = await stage.wrote(({ attachments }) => attachments.length > 0);
    const url = end.attachments.find(({ filename }) => filename === "transcript.txt")?.url;
    const transcript = await (await fetch(url ?? "")).text();
    // Each turn once, whatever was tried in between.
    expect(linesOf(stage).filter(isCaption)).toHaveLength(transcript.trim().split("\n").length);
    expect(timesTold(stage, "posting")).toBe(0);
  }, 60_000);
});
