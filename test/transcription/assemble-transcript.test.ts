import { describe, expect, test } from "vitest";

import { assembleTranscript, type HeardClip } from "../../src/transcription/assemble-transcript.ts";
import type { RecognizedClip } from "../../src/transcription/transcriber.ts";

const about = { durationMs: 60_000.4, recognizer: "sis", requests: 3, lostMs: 120.6, cutShort: true };

/** A clip that is speech from start to end. */
function heard(
  startMs: number,
  endMs: number,
  recognized: Partial<RecognizedClip>,
  overlapMs = 0,
): HeardClip {
  const span = { startMs, endMs };
  return {
    planned: {
      pieces: [{ clipStartMs: 0, startMs, durationMs: endMs - startMs }],
      speech: [span],
      overlapMs,
    },
    recognized: {
      index: 0,
      ...span,
      text: "",
      confidence: null,
      words: null,
      requestId: null,
      recognizer: "sis",
      ...recognized,
    },
  };
}

describe("assembleTranscript", () => {
  test("puts clips in order, each segment with its clip's confidence and request", () => {
    const transcript = assembleTranscript(
      [
        heard(1000, 3000, { text: "Hello there.", confidence: 0.9, requestId: "r1" }),
        heard(5000, 8000, { text: "Who are you? I know you.", confidence: 0.6, requestId: "r2" }),
      ],
      about,
    );
    expect(transcript).toMatchObject({
      durationMs: 60_000,
      text: "Hello there. Who are you? I know you.",
      recognizer: "sis",
      requests: 3,
      lostMs: 121,
      cutShort: true,
    });
    expect(
      transcript.segments.map(({ text, confidence, requestId }) => [text, confidence, requestId]),
    ).toEqual([
      ["Hello there.", 0.9, "r1"],
      ["Who are you?", 0.6, "r2"],
      ["I know you.", 0.6, "r2"],
    ]);
  });

  test("weighs confidence by seconds of speech", () => {
    const clips = [
      heard(0, 1000, { text: "a", confidence: 1 }),
      heard(1000, 4000, { text: "b", confidence: 0.6 }),
    ];
    expect(assembleTranscript(clips, about).confidence).toBe(0.7);
  });

  test("gives clips without a score or without words no say in the confidence", () => {
    const clips = [
      heard(0, 1000, { text: "a", confidence: 0.5 }),
      heard(1000, 9000, { text: "b" }),
      heard(9000, 20_000, { confidence: 1 }),
    ];
    expect(assembleTranscript(clips, about).confidence).toBe(0.5);
  });

  test("has no confidence where no clip has a score", () => {
    expect(assembleTranscript([heard(0, 1000, { text: "a" })], about).confidence).toBeNull();
  });

  test("is empty where nothing was heard", () => {
    expect(assembleTranscript([heard(0, 1000, { confidence: 0.3 })], about)).toMatchObject({
      text: "",
      confidence: null,
      segments: [],
    });
  });

  test("says once what two clips share", () => {
    const clips = [
      heard(0, 30_000, { text: "All of this was said before the last five words that we heard together." }),
      heard(27_000, 50_000, { text: "Words that we heard together with those that came after it." }, 3000),
    ];
    expect(assembleTranscript(clips, about).text).toBe(
      "All of this was said before the last five words that we heard together with those that came after it.",
    );
  });

  test("joins an overlap over a clip in which nothing was heard", () => {
    const clips = [
      heard(0, 10_000, { text: "first words" }),
      heard(8000, 18_000, {}, 2000),
      heard(16_000, 26_000, { text: "last words" }, 2000),
    ];
    expect(assembleTranscript(clips, about).text).toBe("first words last words");
  });

  test("keeps times in order where two clips disagree about them", () => {
    const clips = [
      heard(0, 10_000, {
        text: "one two.",
        words: [
          { text: "one", startMs: 0, endMs: 9000 },
          { text: "two", startMs: 8000, endMs: 10_000 },
        ],
      }),
      heard(9000, 19_000, {
        text: "Three four.",
        words: [
          { text: "Three", startMs: 0, endMs: 400 },
          { text: "four", startMs: 300, endMs: 900 },
        ],
      }),
    ];
    const times = assembleTranscript(clips, about).segments.flatMap((segment) =>
      (segment.words ?? []).flatMap(({ startMs, endMs }) => [startMs, endMs]),
    );
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test("puts no space between sentences in scripts without spaces", () => {
    const clips = [
      heard(0, 3000, { text: "你好。" }),
      heard(4000, 8000, { text: "你是谁？" }),
      heard(9000, 12_000, { text: "Hello" }),
    ];
    expect(assembleTranscript(clips, about).text).toBe("你好。你是谁？ Hello");
  });
});
