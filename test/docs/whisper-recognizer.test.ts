import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createWhisper } from "../../docs/examples/whisper-recognizer.ts";
import { createSileroDetector } from "../../src/audio/silero.ts";
import { createQuota } from "../../src/recognizers/quota.ts";
import { createRecognizerFor } from "../../src/recognizers/recognizer-for.ts";
import { retrying } from "../../src/recognizers/retrying.ts";
import { createLocalSlots } from "../../src/recognizers/slots.ts";
import { createTranscriber } from "../../src/transcription/transcribe.ts";

const recording = join(import.meta.dirname, "../../src/cli/doctor/one-two-three.ogg");

let server: Server;
/** What the server answers, one after the other. */
let answers: (readonly [status: number, body: string])[];
let forms: FormData[];

beforeEach(async () => {
  [answers, forms] = [[], []];
  server = createServer((request, response) => {
    void (async () => {
      const received: Buffer[] = await Array.fromAsync(request);
      const headers = { "content-type": request.headers["content-type"] ?? "" };
      forms.push(await new Response(Buffer.concat(received), { headers }).formData());
      const [status, body] = answers.shift() ?? [200, '{"text":" One, two, three. "}'];
      response.writeHead(status).end(body);
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => server.close());

/** The words of the recording, by the example and everything that stands around a recognizer. */
async function transcribe(): Promise<string> {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const whisper = createWhisper(`http://127.0.0.1:${port}`, "small", "en");
  const detector = await createSileroDetector();
  const quota = createQuota({ slots: createLocalSlots({ qps: 20 }) });
  const recognizerFor = createRecognizerFor(whisper, {
    quota,
    around: (recognizer) => retrying(recognizer, { firstDelayMs: 1 }),
  });
  const { languages } = whisper;
  const transcriber = createTranscriber({ recognizer: recognizerFor(), recognizerFor, languages, detector });
  try {
    const { text } = await transcriber.transcribe(recording, {
      signal: AbortSignal.timeout(20_000),
      turn: { lane: "file", guildId: "1", memberId: "1" },
      maxDurationMs: 60_000,
    });
    return text;
  } finally {
    quota.close();
    await whisper.close();
    await detector.close();
  }
}

test("the example transcribes a recording: a WAVE file, the model and the language go to the server", async () => {
  expect(await transcribe()).toBe("One, two, three.");
  const [form] = forms;
  expect([form?.get("model"), form?.get("language")]).toEqual(["small", "en"]);
  const file = form?.get("file");
  const bytes = file instanceof File ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
  expect(bytes.toString("latin1", 0, 4)).toBe("RIFF");
});

test("a server that is busy or answers nonsense is asked again", async () => {
  answers = [
    [503, "busy"],
    [200, "<html>"],
  ];
  expect(await transcribe()).toBe("One, two, three.");
});

test("what it refuses for good is told by its code", async () => {
  answers = [[400, "no such model"]];
  await expect(transcribe()).rejects.toMatchObject({ code: "HTTP.400" });
});

test("the example has fewer than sixty lines", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/examples/whisper-recognizer.ts"), "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThan(60);
});
