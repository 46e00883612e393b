// A recognizer of your own: any server with the "/v1/audio/transcriptions" interface (whisper.cpp, faster-whisper, vLLM …).
// docs/recognizers/your-own.md says how it becomes a choice of RECOGNIZER.
import { Agent } from "undici";
import { z } from "zod";

import type { Clip } from "../../src/audio/pcm.ts";
import { waveFile } from "../../src/audio/wave-file.ts";
import { RecognizerError } from "../../src/recognizers/errors.ts";
import { parseJson } from "../../src/recognizers/http-faults.ts";
import { exchange } from "../../src/recognizers/http.ts";
import type { Recognizer, RecognizerService } from "../../src/recognizers/recognizer.ts";

const answerSchema = z.object({ text: z.string() });

/** Clips of up to 30 s, which is what Whisper hears at once; it gives no score. `language` is a BCP-47 tag. */
export function createWhisper(endpoint: string, model: string, language: string): RecognizerService {
  const dispatcher = new Agent({ maxResponseSize: 1_048_576 });
  const url = new URL("/v1/audio/transcriptions", endpoint);
  const recognizerFor = (asked: string): Recognizer => ({
    name: "whisper",
    identity: `whisper:${model}:${asked}`,
    maxClipMs: 30_000,
    sampleRate: 16_000,
    async recognize(clip, { signal, onSent }) {
      const form = new Response(formOf(clip, { model, language: asked }));
      const headers = { "content-type": form.headers.get("content-type") ?? "" };
      const body = new Uint8Array(await form.arrayBuffer());
      const request = { service: "Whisper", method: "POST", url, headers, body } as const;
      return read(await exchange(dispatcher, { ...request, signal, onSent, timeoutMs: 60_000 }));
    },
  });
  return {
    name: "whisper",
    languages: [language],
    recognizerFor: (settings) => recognizerFor(settings.language ?? language),
    close: async () => await dispatcher.close(),
  };
}

function formOf({ samples, sampleRate }: Clip, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  form.set("file", new Blob([waveFile(samples, sampleRate)]), "clip.wav");
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

/** An error says what kind of trouble it is and whether trying again helps: retries and sentences follow from that. */
function read({ status, body }: { readonly status: number; readonly body: string }): {
  readonly text: string;
} {
  const answer = answerSchema.safeParse(parseJson(body));
  if (status === 200 && answer.success) return { text: answer.data.text.trim() };
  const kind = status === 200 ? "malformed" : status === 429 ? "throttled" : "unavailable";
  const code = status === 200 ? "MALFORMED" : `HTTP.${status}`;
  throw new RecognizerError(code, { kind, code, retryable: status !== 400, httpStatus: status });
}
