import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { widthOf } from "../../src/transcription/cue-lines.ts";
import { layOutCues } from "../../src/transcription/cues.ts";
import { formatJson, formatSrt, formatText, formatVtt } from "../../src/transcription/formats.ts";
import { segmentsOf } from "../../src/transcription/segments.ts";
import { spreadWords } from "../../src/transcription/spread-words.ts";
import { wordsOfText } from "../../src/transcription/spoken-words.ts";
import type { Segment, Transcript } from "../../src/transcription/transcript.ts";

interface ParsedVtt {
  readonly cues: readonly { readonly startTime: number; readonly endTime: number; readonly text: string }[];
  readonly errors: readonly { readonly message: string }[];
}

/** The W3C's own parser and validator. */
const { WebVTTParser } = createRequire(import.meta.url)("webvtt-parser") as {
  readonly WebVTTParser: new () => { parse(text: string, mode: string): ParsedVtt };
};

function transcript(segments: readonly Segment[], more: Partial<Transcript> = {}): Transcript {
  return {
    durationMs: 60_000,
    text: segments.map((segment) => segment.text).join(" "),
    confidence: 0.9,
    segments,
    recognizer: "sis",
    requests: 1,
    lostMs: 0,
    cutShort: false,
    ...more,
  };
}

function segment(startMs: number, endMs: number, text: string): Segment {
  return { startMs, endMs, text, confidence: 0.9, requestId: "r1", estimated: false };
}

/** Text said from one time to another, in segments as transcripts have them. */
function said(text: string, startMs: number, endMs: number): Segment[] {
  const words = spreadWords(wordsOfText(text), [{ startMs, endMs }], false);
  return segmentsOf(words, { confidence: 0.9, requestId: "r1" });
}

const hostile = 'He wrote <b>x</b> & y --> z, then "{\\an8}" and <00:00:01.000> and &lt; in the chat.';
const long =
  "Then we talked about the quarterly numbers for a very long time, without any full stop, because nobody wanted to interrupt the man who was talking about them until it was time for lunch.";

describe("text", () => {
  test("is the words and a line end", () => {
    expect(formatText(transcript([segment(0, 1000, "Hello.")]))).toBe("Hello.\n");
  });

  test("is empty where nobody spoke", () => {
    expect(formatText(transcript([]))).toBe("");
  });
});

describe("JSON", () => {
  test("has an object per file with exactly the promised keys, in order", () => {
    const first = transcript(said("Hello.", 100, 900), { confidence: 0.9, durationMs: 1000 });
    const second = transcript([], { confidence: null, requests: 0, durationMs: 5000 });
    const json: unknown = JSON.parse(
      formatJson([
        { file: "a.ogg", transcript: first },
        { file: "b.ogg", transcript: second },
      ]),
    );
    expect(json).toStrictEqual([
      {
        file: "a.ogg",
        durationMs: 1000,
        text: "Hello.",
        confidence: 0.9,
        segments: [{ startMs: 100, endMs: 900, text: "Hello.", confidence: 0.9, requestId: "r1" }],
        recognizer: "sis",
        requests: 1,
      },
      {
        file: "b.ogg",
        durationMs: 5000,
        text: "",
        confidence: null,
        segments: [],
        recognizer: "sis",
        requests: 0,
      },
    ]);
  });
});

describe("SubRip", () => {
  test("numbers its cues and writes times with a comma", () => {
    const text = formatSrt(
      transcript([
        segment(3_723_004, 3_725_000, "Hello there."),
        segment(3_730_000, 3_732_000, "And good bye."),
      ]),
    );
    expect(text).toBe(
      "1\n01:02:03,004 --> 01:02:05,000\nHello there.\n\n2\n01:02:10,000 --> 01:02:12,000\nAnd good bye.\n",
    );
  });

  test("is read by ffmpeg cue for cue, with nothing taken for an arrow or a tag", async () => {
    const folder = await mkdtemp(join(tmpdir(), "earshot-formats-"));
    try {
      const file = join(folder, "hostile.srt");
      await writeFile(
        file,
        formatSrt(transcript([...said(hostile, 1000, 6000), ...said(long, 8000, 20_000)])),
      );
      const { stdout } = await promisify(execFile)("ffmpeg", ["-v", "error", "-i", file, "-f", "srt", "-"]);
      const cueHeads = /(?:^|\n)\d+\n[\d:,]+ --> [\d:,]+\n/gu;
      const words = stdout.replaceAll(cueHeads, " ").replaceAll(/\s+/gu, " ").trim();
      const shown = words.replaceAll("‹", "<").replaceAll("→", "-->");
      expect(shown).toBe(`${hostile.replace("{", "(")} ${long}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("WebVTT", () => {
  test("is valid by the W3C's parser, and the words come back as they were", () => {
    const parsed = new WebVTTParser().parse(
      formatVtt(transcript([...said(hostile, 1000, 6000), ...said(long, 8000, 20_000)])),
      "subtitles",
    );
    expect(parsed.errors).toEqual([]);
    const text = parsed.cues
      .map((cue) => cue.text)
      .join(" ")
      .replaceAll(/\s+/gu, " ");
    const unescaped = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    expect(unescaped).toBe(`${hostile} ${long}`);
  });

  test("says in a note that times are estimated, and only then", () => {
    const estimated = { ...segment(0, 1000, "Hello."), estimated: true };
    expect(formatVtt(transcript([estimated]))).toMatch(/^WEBVTT\n\nNOTE [^\n]*estimated[^\n]*\n\n/u);
    expect(formatVtt(transcript([segment(0, 1000, "Hello.")]))).not.toContain("NOTE");
  });

  test("without words is an empty file of its kind", () => {
    expect(new WebVTTParser().parse(formatVtt(transcript([])), "subtitles")).toMatchObject({
      cues: [],
      errors: [],
    });
  });
});

describe("cues", () => {
  const word = fc.oneof(
    { weight: 8, arbitrary: fc.stringMatching(/^[a-z]{1,12}[,.?]?$/u) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{43,140}$/u) },
    { weight: 2, arbitrary: fc.stringMatching(/^[一-龥]{1,30}。?$/u) },
  );
  const talk = fc.array(
    fc.record({
      text: fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(" ")),
      pauseMs: fc.integer({ min: 0, max: 4000 }),
      lengthMs: fc.integer({ min: 1, max: 30_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  );

  test("keep to the rules of subtitles, whatever is said how fast", () => {
    fc.assert(
      fc.property(talk, (parts) => {
        let timeMs = 0;
        const segments = parts.flatMap(({ text, pauseMs, lengthMs }) => {
          const startMs = timeMs + pauseMs;
          timeMs = startMs + lengthMs;
          return said(text, startMs, timeMs);
        });
        let lastMs = 0;
        const cues = layOutCues(segments);
        for (const { startMs, endMs, lines } of cues) {
          expect(startMs).toBeGreaterThanOrEqual(lastMs);
          expect(endMs - startMs).toBeGreaterThanOrEqual(1000);
          expect(endMs - startMs).toBeLessThanOrEqual(7000);
          expect(lines.length === 1 || lines.length === 2).toBe(true);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(42);
          lastMs = endMs;
        }
        const shown = cues
          .flatMap((cue) => cue.lines)
          .join("")
          .replaceAll(/\s/gu, "");
        expect(shown).toBe(
          parts
            .map((part) => part.text)
            .join("")
            .replaceAll(/\s/gu, ""),
        );
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("leave no word of a sentence alone", () => {
    const texts = layOutCues(said(long, 0, 12_000)).map((cue) => cue.lines.join(" "));
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect(text.split(" ").length).toBeGreaterThanOrEqual(3);
  });

  test("break lines after punctuation, the shorter line above", () => {
    expect(layOutCues(said("Good morning everybody, and thank you for coming here.", 0, 4000))).toEqual([
      { startMs: 0, endMs: 4000, lines: ["Good morning everybody,", "and thank you for coming here."] },
    ]);
  });

  test("stay until they are read where nobody speaks after them", () => {
    const [cue] = layOutCues([segment(0, 400, "That is a lot of text for so short a time.")]);
    expect(cue?.endMs).toBeGreaterThan(2000);
  });

  test("do not stay beyond the end of the recording", () => {
    const spoken = transcript(said("A sentence that takes longer to read than to say.", 4000, 5200));
    expect(formatSrt({ ...spoken, durationMs: 5500 })).toContain("00:00:04,000 --> 00:00:05,500");
  });

  test("do not show what comes after a long silence", () => {
    const cues = layOutCues([segment(0, 1000, "Wait."), segment(6000, 7500, "Now go.")]);
    expect(cues.map((cue) => [cue.startMs, cue.lines[0]])).toEqual([
      [0, "Wait."],
      [6000, "Now go."],
    ]);
  });

  test("join short sentences that follow each other at once", () => {
    expect(
      layOutCues([segment(0, 300, "No."), segment(300, 600, "No."), segment(600, 1500, "Never again.")]),
    ).toEqual([{ startMs: 0, endMs: 1500, lines: ["No. No. Never again."] }]);
  });

  test("use the times of single words where there are some", () => {
    const words = wordsOfText("one two three").map((some, index) => ({
      ...some,
      startMs: index * 5000,
      endMs: index * 5000 + 400,
    }));
    const cues = layOutCues([{ ...segment(0, 10_400, "one two three"), words }]);
    expect(cues.map((cue) => cue.startMs)).toEqual([0, 5000, 10_000]);
  });
});
