import { expect, test } from "vitest";

import { RecognizerError, type RecognizerErrorKind } from "../../src/recognizers/errors.ts";
import { fallingBack } from "../../src/recognizers/falling-back.ts";
import type { ScheduledRecognizer } from "../../src/recognizers/recognizer.ts";
import { clipOf } from "./clips.ts";

const call = {
  signal: new AbortController().signal,
  turn: { lane: "note", guildId: "1", memberId: "2" },
} as const;

interface Scripted extends ScheduledRecognizer {
  /** Rates and lengths of the clips it was given. */
  readonly given: readonly string[];
}

function scripted(
  name: string,
  answer: string | Error,
  options: { readonly maxClipMs?: number; readonly sampleRate?: 8000 | 16000 } = {},
): Scripted {
  const given: string[] = [];
  return {
    name,
    identity: `${name}:settings`,
    maxClipMs: 30_000,
    sampleRate: 16_000,
    ...options,
    given,
    async recognize({ samples, sampleRate }) {
      given.push(`${samples.length} at ${sampleRate}`);
      await Promise.resolve();
      if (answer instanceof Error) throw answer;
      return { text: answer };
    },
  };
}

function failure(kind: RecognizerErrorKind, code = "SIS.0001", retryable = false): RecognizerError {
  return new RecognizerError("told", { kind, code, retryable });
}

test("the first answers for itself while it can", async () => {
  const second = scripted("tencent", "other");
  const both = fallingBack(scripted("sis", "words"), [second]);
  await expect(both.recognize(clipOf(100), call)).resolves.toEqual({ text: "words" });
  expect(second.given).toEqual([]);
});

test.each<RecognizerErrorKind>(["unavailable", "timeout", "malformed", "throttled", "credentials"])(
  "%s is healed by the next, and the answer says by whom",
  async (kind) => {
    const both = fallingBack(scripted("sis", failure(kind)), [scripted("tencent", "words")]);
    await expect(both.recognize(clipOf(100), call)).resolves.toEqual({ text: "words", heardBy: "tencent" });
  },
);

test.each([
  ["what is wrong with the request", failure("rejected")],
  ["the end of the process", failure("unavailable", "QUOTA.CLOSED")],
  ["a fault of ours", new TypeError("a bug")],
])("%s is not taken elsewhere", async (_, error) => {
  const second = scripted("tencent", "other");
  await expect(fallingBack(scripted("sis", error), [second]).recognize(clipOf(100), call)).rejects.toBe(
    error,
  );
  expect(second.given).toEqual([]);
});

test("where nobody can, the first's error is told", async () => {
  const first = failure("unavailable");
  const all = fallingBack(scripted("sis", first), [
    scripted("tencent", failure("timeout", "TIMEOUT")),
    scripted("pocketsphinx", failure("rejected")),
  ]);
  await expect(all.recognize(clipOf(100), call)).rejects.toBe(first);
});

test("where only a later one is worth another try, its error is told", async () => {
  const later = failure("unavailable", "TENCENT.InternalError", true);
  const both = fallingBack(scripted("sis", failure("credentials")), [scripted("tencent", later)]);
  await expect(both.recognize(clipOf(100), call)).rejects.toBe(later);
});

test("clips fit everybody, in length and in rate", async () => {
  const narrow = scripted("tencent", failure("timeout"), { sampleRate: 8000, maxClipMs: 20_000 });
  const wide = scripted("pocketsphinx", "words", { maxClipMs: 25_000 });
  const all = fallingBack(scripted("sis", failure("timeout")), [narrow, wide]);
  expect(all.maxClipMs).toBe(20_000);
  await all.recognize(clipOf(100), call);
  expect([narrow.given, wide.given]).toEqual([["800 at 8000"], ["1600 at 16000"]]);
});
