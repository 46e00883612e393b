import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { parseJson } from "../http-faults.ts";
import type { Recognition, Word } from "../recognizer.ts";
import { judgeNumber } from "./error-codes.ts";

const time = z.number().nonnegative();
const messageSchema = z.object({
  code: z.number().int(),
  voice_id: z.string().nullish().catch(undefined),
  final: z.number().nullish(),
  result: z
    .object({
      slice_type: z.number().int(),
      index: z.number().int().nonnegative(),
      start_time: time,
      end_time: time,
      voice_text_str: z.string(),
      word_list: z
        .array(z.object({ word: z.string(), start_time: time, end_time: time }))
        .nullish()
        .catch(undefined),
    })
    .nullish(),
});

/** What the service says over the socket. */
export type RealtimeMessage = z.infer<typeof messageSchema>;

/** Reads a message. Throws RecognizerError: what the service refused with, or "malformed". Of its words nothing is kept. */
export function readMessage(text: string): RealtimeMessage {
  const message = messageSchema.safeParse(parseJson(text)).data;
  if (!message) {
    throw new RecognizerError("Tencent said something unreadable", {
      kind: "malformed",
      code: "MALFORMED",
      retryable: true,
      maxRetries: 1,
    });
  }
  if (message.code === 0) return message;
  throw new RecognizerError(`Tencent ended the stream with ${message.code}`, {
    ...judgeNumber(message.code),
    code: `TENCENT.REALTIME.${message.code}`,
    requestId: printableId(message.voice_id),
  });
}

function printableId(id: string | null | undefined): string | undefined {
  return id != null && /^[\w.:-]{1,100}$/.test(id) ? id : undefined;
}

/** The sentences of a stream as they grow: each has its number, and the latest word on it counts. */
export interface Sentences {
  add(message: RealtimeMessage): void;
  /** All of it, as it stands. */
  readonly text: string;
  /** The same with the times of its words, where all of them have some. */
  recognition(requestId: string): Recognition;
}

/** More sentences than that are not in a stretch of live speech; a service gone wild must not fill the memory. */
const mostSentences = 500;

export function createSentences(): Sentences {
  const sentences = new Map<number, { readonly text: string; readonly words: readonly Word[] }>();
  const inOrder = (): { readonly text: string; readonly words: readonly Word[] }[] =>
    [...sentences].sort(([one], [other]) => one - other).map(([, sentence]) => sentence);
  const textOf = (): string =>
    inOrder()
      .map(({ text }) => text.trim())
      .filter((text) => text !== "")
      .reduce(
        (before, text) => (before === "" || joins(before, text) ? before + text : `${before} ${text}`),
        "",
      );
  return {
    add({ result }) {
      if (!result || (sentences.size >= mostSentences && !sentences.has(result.index))) return;
      const list = result.word_list ?? [];
      // The documents do not say whether words count from the stream's start or from their sentence's: the last one tells.
      const fromSentence = (list.at(-1)?.end_time ?? 0) <= result.end_time - result.start_time;
      const shiftMs = fromSentence ? result.start_time : 0;
      const words = list.map((one) => ({
        text: one.word,
        startMs: shiftMs + one.start_time,
        endMs: shiftMs + one.end_time,
      }));
      sentences.set(result.index, { text: result.voice_text_str, words });
    },
    get text() {
      return textOf();
    },
    recognition(requestId) {
      const all = inOrder().filter(({ text }) => text.trim() !== "");
      const words = all.flatMap((sentence) => sentence.words);
      const timed = all.length > 0 && all.every((sentence) => sentence.words.length > 0);
      return { text: textOf(), requestId, ...(timed ? { words } : {}) };
    },
  };
}

/** Chinese, Japanese and Thai put no space between sentences. */
function joins(before: string, after: string): boolean {
  const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
  return unspaced.test(before.slice(-2)) && unspaced.test(after.slice(0, 1));
}
