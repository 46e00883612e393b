import { describe, expect, test } from "vitest";

import {
  createSpeechSegmenter,
  type SegmenterOptions,
  type SpeechEvent,
} from "../../src/audio/speech-spans.ts";

/** Events of frames of 10 ms, each written as a digit: its probability in tenths. */
function segment(
  frames: string,
  options: Omit<SegmenterOptions, "frameMs"> = {},
): { events: SpeechEvent[]; atFrame: number[] } {
  const segmenter = createSpeechSegmenter({ frameMs: 10, hangoverMs: 50, minSureMs: 15, ...options });
  const events: SpeechEvent[] = [];
  const atFrame: number[] = [];
  for (const [index, digit] of frames.split("").entries()) {
    for (const event of segmenter.push({ probability: Number(digit) / 10, energyDb: -20 })) {
      events.push(event);
      atFrame.push(index);
    }
  }
  events.push(...segmenter.end());
  return { events, atFrame };
}

const spansOf = (frames: string, options?: Omit<SegmenterOptions, "frameMs">): number[][] =>
  segment(frames, options).events.flatMap((event) =>
    event.kind === "ended" ? [[event.span.startMs, event.span.endMs]] : [],
  );

test("a span goes from the first frame of speech to the last, without the hangover", () => {
  expect(spansOf("000999990000000")).toEqual([[30, 80]]);
});

test("speech is told as soon as it is sure, and its end as soon as the hangover is over", () => {
  const { events, atFrame } = segment("000999990000000");
  expect(events[0]).toEqual({ kind: "started", startMs: 30 });
  expect(atFrame).toEqual([4, 12]);
});

test("a pause shorter than the hangover does not end it, a longer one does", () => {
  expect(spansOf("99900009990000000")).toEqual([[0, 100]]);
  expect(spansOf("99900000999000000")).toEqual([
    [0, 30],
    [80, 110],
  ]);
});

test("speech begins at the onset and goes on at the offset", () => {
  expect(spansOf("444494444444440000000")).toEqual([]);
  expect(spansOf("4449994444440000000")).toEqual([[30, 120]]);
  expect(spansOf("44499933333399900000")).toEqual([
    [30, 60],
    [120, 150],
  ]);
});

describe("what is too short or too doubtful is no speech", () => {
  test("one frame, however sure", () => {
    expect(segment("00900000000").events).toEqual([]);
  });

  test("many frames, all of them doubtful", () => {
    expect(segment("555555555555555").events).toEqual([]);
  });

  test("a click leaves no trace in the speech after it", () => {
    expect(spansOf("0900000000999900000")).toEqual([[100, 140]]);
  });
});

test("the end of the stream ends speech", () => {
  expect(spansOf("000999")).toEqual([[30, 60]]);
  expect(segment("0009").events).toEqual([]);
});

test("padding is added on both sides, but not before the start nor past the frames heard", () => {
  expect(spansOf("0099990000000000", { paddingMs: 30 })).toEqual([[0, 90]]);
  expect(spansOf("000009999", { paddingMs: 30 })).toEqual([[20, 90]]);
});

test("padded spans never overlap", () => {
  expect(spansOf("9999000009999000000", { paddingMs: 40 })).toEqual([
    [0, 80],
    [80, 170],
  ]);
});
