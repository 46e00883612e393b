import { afterAll, expect, test } from "vitest";

import { createSileroDetector } from "../../src/audio/silero.ts";
import { joinSpeech } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../../src/sandbox/speech.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";
import { layOutCues } from "../../src/transcription/cues.ts";
import { wordsOfText } from "../../src/transcription/spoken-words.ts";
import { createTranscriber } from "../../src/transcription/transcribe.ts";
import { temporaryFolder } from "../audio/samples.ts";
import { saidIn, scriptedRecognizer } from "./scripted-recognizer.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** The keys of the words of a text, as they are compared. */
function keysOf(text: string): readonly string[] {
  return wordsOfText(text).map(({ key }) => key);
}

test("subtitles play in sync with what is said, by a service that gives no word times", async () => {
  const detector = await createSileroDetector();
  const spoken = joinSpeech(await humanSpeech({ minWords: 5, maxSeconds: 6, limit: 12 }), {
    seed: 11,
    pauseMs: [500, 2500],
  });
  const { bytes } = await encodeVoiceNote(spoken.samples);
  const recognizer = scriptedRecognizer((clip) => ({ text: saidIn(clip, spoken.parts), confidence: 0.9 }));
  const transcript = await createTranscriber({ recognizer, detector }).transcribe(
    folder.file("talk.ogg", bytes),
    {
      signal: new AbortController().signal,
      turn: { lane: "file", guildId: "1", memberId: "2" },
      maxDurationMs: 3_600_000,
    },
  );
  await detector.close();
  const cues = layOutCues(transcript.segments);
  expect(cues.flatMap(({ lines }) => keysOf(lines.join(" ")))).toEqual(keysOf(spoken.text));

  // In the middle of every sentence the reader sees a part of it.
  const missed = spoken.parts.filter(({ text, startMs, endMs }) => {
    const middleMs = (startMs + endMs) / 2;
    const shown = cues.find((cue) => cue.startMs <= middleMs && middleMs < cue.endMs);
    const words = keysOf(shown?.lines.join(" ") ?? "");
    const said = keysOf(text);
    return !words.some((word, index) => {
      const at = said.indexOf(word);
      return at >= 0 && (index === words.length - 1 || said[at + 1] === words[index + 1]);
    });
  });
  expect(missed.map(({ id }) => id)).toEqual([]);

  // A sentence that begins a cue begins when it is said.
  const late = spoken.parts.flatMap(({ text, startMs }) => {
    const cue = cues.find(({ lines }) =>
      keysOf(lines.join(" ")).join(" ").startsWith(keysOf(text).slice(0, 4).join(" ")),
    );
    return cue ? [Math.abs(cue.startMs - startMs)] : [];
  });
  expect(late.length).toBeGreaterThan(spoken.parts.length / 2);
  expect(late.filter((ms) => ms > 400)).toEqual([]);
});
