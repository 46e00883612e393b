import { expect, test } from "vitest";

import {
  formatCaptionsJson,
  formatCaptionsSrt,
  formatCaptionsText,
  formatCaptionsVtt,
  type NamedCaption,
} from "../../src/transcription/caption-formats.ts";

const captions: readonly NamedCaption[] = [
  { speakerId: "1", speaker: "Ada", startMs: 1000, endMs: 3000, text: "Shall we begin?", confidence: 0.9 },
  {
    speakerId: "2",
    speaker: "Ben <b>",
    startMs: 2500,
    endMs: 4000,
    text: "Yes & no --> go.",
    confidence: null,
  },
  {
    speakerId: "1",
    speaker: "Ada",
    startMs: 3_601_000,
    endMs: 3_602_500,
    text: "An hour later.",
    confidence: 1,
  },
];

test("text has a line for each turn: when, who, what", () => {
  expect(formatCaptionsText(captions)).toBe(
    "[00:00:01] Ada: Shall we begin?\n[00:00:02] Ben <b>: Yes & no --> go.\n[01:00:01] Ada: An hour later.\n",
  );
});

test("JSON has exactly the promised fields, in order", () => {
  expect(JSON.parse(formatCaptionsJson(captions))).toEqual(
    captions.map(({ startMs, endMs, speakerId, speaker, text, confidence }) => ({
      startMs,
      endMs,
      speakerId,
      speaker,
      text,
      confidence,
    })),
  );
  expect(formatCaptionsJson([])).toBe("[]\n");
});

test("SRT names the speaker in each cue, and holds no arrow or tag of theirs", () => {
  const srt = formatCaptionsSrt(captions);
  expect(srt.split("\n").slice(0, 3)).toEqual(["1", "00:00:01,000 --> 00:00:03,000", "Ada: Shall we begin?"]);
  expect(srt).toContain("2\n00:00:02,500 --> 00:00:04,000\nBen ‹b>: Yes & no → go.\n");
});

test("VTT puts each cue in its speaker's voice", () => {
  const vtt = formatCaptionsVtt(captions);
  expect(vtt.startsWith("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada>Shall we begin?\n")).toBe(true);
  expect(vtt).toContain("<v Ben &lt;b&gt;>Yes &amp; no --&gt; go.\n");
});

test("a long turn becomes several cues of its speaker", () => {
  const long = {
    ...captions[0]!,
    endMs: 20_000,
    text: "These are many words that go on. ".repeat(12).trim(),
  };
  const voices = formatCaptionsVtt([long]).match(/<v Ada>/g);
  expect(voices?.length).toBeGreaterThan(2);
});
