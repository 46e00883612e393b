import { beforeAll, expect, onTestFinished, test } from "vitest";

import type { CaptionLine, CaptionMessage } from "../../../src/bot/captions/caption-lines.ts";
import { type CaptionWriter, createCaptionWriter } from "../../../src/bot/captions/caption-writer.ts";
import { createTencentRealtime } from "../../../src/recognizers/tencent/realtime.ts";
import type { SpokenText } from "../../../src/sandbox/speech.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { startLocalTencent } from "../../../src/sandbox/tencent/local-tencent.ts";
import { scriptedRecognizer } from "../../transcription/scripted-recognizer.ts";
import { setCaptionsStage } from "./captions-stage.ts";

let spoken: SpokenText;

beforeAll(async () => {
  spoken = await synthesize("Good morning everybody, and thank you for coming here so early today.");
});

test("a line grows while somebody speaks, and the same message becomes the caption", async () => {
  const local = await startLocalTencent({
    recognize: ({ samples, sampleRate }) => {
      const words = Math.floor(samples.length / sampleRate / 0.5);
      return { text: Array.from({ length: words }, (_, index) => `w${index + 1}`).join(" "), score: 0 };
    },
  });
  const { account, socketUrl } = local;
  const realtime = createTencentRealtime({
    key: account,
    appId: account.appId,
    endpoint: socketUrl,
    engine: "16k_en",
    timeoutSeconds: 10,
  });
  onTestFinished(async () => {
    await realtime.close();
    await local.close();
  });
  const clips = scriptedRecognizer(() => ({ text: "from a clip" }), { maxClipMs: 60_000 });
  await using stage = await setCaptionsStage(clips, {}, {}, realtime.recognizerFor({}));
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  const speaking = ada.speak(spoken);
  const growing = await stage.wrote(({ content }) => /^\*\*Ada\*\* w1.* …$/.test(content));
  await speaking;
  const caption = await stage.wrote(({ content }) => /^\*\*Ada\*\* w1 w2 .*w\d+$/.test(content));
  expect(caption.id).toBe(growing.id);
  expect(clips.clips).toEqual([]);
  expect(local.realtime.connections.map(({ outcome }) => outcome)).toEqual(["final"]);
  await stage.command("captions stop");
  const transcript = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(transcript.attachments.map(({ filename }) => filename)).toContain("transcript.txt");
  expect(stage.written().filter(({ content }) => content.includes("…"))).toEqual([]);
}, 60_000);

/** What stands in a channel, by message. */
interface Channel {
  readonly writer: CaptionWriter;
  readonly shown: Map<string, string>;
  readonly edits: string[];
}

const silent = (): void => undefined;

function channel(): Channel {
  const shown = new Map<string, string>();
  const edits: string[] = [];
  let next = 1;
  const post = ({ content }: CaptionMessage): Promise<string> => {
    const id = String(next++);
    shown.set(id, content);
    return Promise.resolve(id);
  };
  const writer = createCaptionWriter({
    everyMs: 1,
    async post(message) {
      await post(message);
    },
    draft: {
      post,
      edit(id, { content }) {
        edits.push(id);
        shown.set(id, content);
        return Promise.resolve();
      },
      remove(id) {
        shown.delete(id);
        return Promise.resolve();
      },
    },
    onRefused: silent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return { writer, shown, edits };
}

const line = (name: string, text: string): CaptionLine => ({ type: "words", speakerId: name, name, text });

test("two people's growing lines share one message, which stays below what is final", async () => {
  const { writer, shown } = channel();
  writer.growing([line("Ada", "one …"), line("Ben", "two …")]);
  await writer.settled();
  expect([...shown.values()]).toEqual(["**Ada** one …\n**Ben** two …"]);
  writer.write(line("Ada", "one more."));
  writer.growing([line("Ben", "two too …")]);
  await writer.settled();
  expect([...shown.values()]).toEqual(["**Ada** one more.", "**Ben** two too …"]);
});

test("what came to nothing is taken away", async () => {
  const { writer, shown } = channel();
  writer.growing([line("Ada", "hm …")]);
  await writer.settled();
  writer.growing([]);
  await writer.settled();
  expect([...shown]).toEqual([]);
});

test("what grows faster than it can be shown is shown as it is in the end", async () => {
  const { writer, shown, edits } = channel();
  for (let word = 1; word <= 100; word++) writer.growing([line("Ada", `${word} …`)]);
  await writer.settled();
  expect([...shown.values()]).toEqual(["**Ada** 100 …"]);
  expect(edits.length).toBeLessThan(5);
});
