import { expect, test } from "vitest";

import { postTranscript } from "../../../src/bot/captions/caption-end.ts";
import { createWords } from "../../../src/explanations/words.ts";
import type { ConsentChoice } from "../../../src/store/store.ts";

test("what was said by who has opted out since is in none of the files, whatever this process knew", async () => {
  const posted: { readonly name: string; readonly data: unknown }[] = [];
  const said = ["42", "43"].map((speakerId) => ({
    speakerId,
    speaker: `Member ${speakerId}`,
    startMs: 0,
    endMs: 1000,
    text: "words",
    confidence: 0.9,
  }));
  await postTranscript({
    api: {
      async postMessage(_place, { files }) {
        posted.push(...files);
        return "1";
      },
    },
    words: createWords(),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    locale: "en",
    record: { placeId: "7", startedAtMs: 0 },
    reason: "stopped",
    said,
    choices: async () =>
      new Map<string, ConsentChoice>([
        ["42", "out"],
        ["43", "in"],
      ]),
  });
  const texts = posted.filter(({ name }) => !name.endsWith(".png")).map(({ data }) => String(data));
  expect(texts).toHaveLength(4);
  for (const text of texts) expect([text.includes("43"), text.includes("42")]).toEqual([true, false]);
});
