import { describe, expect, test } from "vitest";

import { planClips } from "../../src/audio/clip-plan.ts";
import { assembleTranscript } from "../../src/transcription/assemble-transcript.ts";
import { joinWords } from "../../src/transcription/join-words.ts";
import { type SpokenWord, textOf, wordsOfText } from "../../src/transcription/spoken-words.ts";
import { spreadWords } from "../../src/transcription/spread-words.ts";
import { simulateSpeech, torrent } from "../audio/simulated-speech.ts";
import { compareWords, hear } from "./simulated-recognizer.ts";

const overlap = { startMs: 28_000, endMs: 30_000 };

/** Text heard from 20 s to 30 s, and from 28 s to 38 s, without word times. */
function estimated(before: string, after: string): [SpokenWord[], SpokenWord[]] {
  return [
    spreadWords(wordsOfText(before), [{ startMs: 20_000, endMs: 30_000 }], true),
    spreadWords(wordsOfText(after), [{ startMs: 28_000, endMs: 38_000 }], true),
  ];
}

/** Words with times, each a pair of a text and its start in ms; all take 250 ms. */
function timed(...words: readonly (readonly [text: string, startMs: number])[]): SpokenWord[] {
  return words.flatMap(([text, startMs], index) =>
    wordsOfText(text).map((word) => ({
      ...word,
      spaced: index > 0,
      startMs,
      endMs: startMs + 250,
      estimated: false,
    })),
  );
}

function joined([before, after]: readonly [readonly SpokenWord[], readonly SpokenWord[]]): string {
  const sides = joinWords(before, after, overlap);
  return textOf([...sides.before, ...sides.after.map((word) => ({ ...word, spaced: true }))]);
}

describe("without word times", () => {
  test("what both sides heard comes once", () => {
    const sides = estimated(
      "we should start at nine tomorrow because the train is late and nobody will be there before we are",
      "nobody will be there before we are done with breakfast and have cleaned the whole kitchen and the hall",
    );
    expect(joined(sides)).toBe(
      "we should start at nine tomorrow because the train is late and nobody will be there before we are done with breakfast and have cleaned the whole kitchen and the hall",
    );
  });

  test("words cut by the edges give way to whole ones", () => {
    const sides = estimated(
      "I told you again and again that it would never work with the old transcr",
      "ver work with the old transcription service and now we can see it for ourselves",
    );
    expect(joined(sides)).toBe(
      "I told you again and again that it would never work with the old transcription service and now we can see it for ourselves",
    );
  });

  test("a word repeated over the edge is said as often as it was", () => {
    expect(
      joined(
        estimated("and then she said to him no no no", "said to him no no no no never again my dear friend"),
      ),
    ).toBe("and then she said to him no no no no never again my dear friend");
    expect(
      joined(
        estimated("I really said to him no no no not", "no no not today and not tomorrow either my friend"),
      ),
    ).toBe("I really said to him no no no not today and not tomorrow either my friend");
  });

  test("words that one side misheard do not come twice", () => {
    const sides = estimated(
      "so the first thing to do in the morning is call the plumber about it",
      "miss call a plumper about it before the water gets into the flat below",
    );
    expect(joined(sides)).toBe(
      "so the first thing to do in the morning is call a plumper about it before the water gets into the flat below",
    );
  });

  test("the full stop and the capital that an edge invented are gone", () => {
    const sides = estimated(
      "We went down to the river. Then we walked along the old stone bridge.",
      "Along the old stone bridge, where Anna was waiting. She laughed and waved at us.",
    );
    expect(joined(sides)).toBe(
      "We went down to the river. Then we walked along the old stone bridge, where Anna was waiting. She laughed and waved at us.",
    );
  });

  test("text without spaces is joined character by character", () => {
    const [before, after] = estimated(
      "我们明天早上坐火车去北京然后一起去吃饭我觉得这样很好",
      "一起去吃饭我觉得这样很好，因为大家都有时间而且天气不错",
    );
    const sides = joinWords(before, after, overlap);
    expect(textOf([...sides.before, ...sides.after])).toBe(
      "我们明天早上坐火车去北京然后一起去吃饭我觉得这样很好，因为大家都有时间而且天气不错",
    );
  });

  test("sides with nothing in common are parted in the middle", () => {
    const sides = estimated("a b c d e f g h i j", "k l m n o p q r s t");
    expect(joined(sides)).toBe("a b c d e f g h i l m n o p q r s t");
  });
});

describe("with word times", () => {
  test("the same word at another time is another word", () => {
    const before = timed(["no", 28_100], ["no", 28_600], ["no", 29_100], ["no", 29_600]);
    const after = timed(
      ["no", 28_130],
      ["no", 28_570],
      ["no", 29_140],
      ["no", 29_590],
      ["no", 30_200],
      ["no", 30_700],
    );
    expect(joined([before, after])).toBe("no no no no no no");
  });

  test("a word that the sides heard differently comes once", () => {
    const before = timed(["we", 28_100], ["met", 28_600], ["Carla", 29_100], ["th", 29_700]);
    const after = timed(
      ["e", 28_050],
      ["met", 28_610],
      ["color", 29_120],
      ["there", 29_650],
      ["once", 30_300],
    );
    expect(joined([before, after])).toBe("we met color there once");
  });

  test("words that one side did not hear are taken from the other", () => {
    const before = timed(["we", 27_000], ["are", 28_100], ["late", 29_100]);
    const after = timed(
      ["are", 28_120],
      ["very", 28_600],
      ["very", 28_900],
      ["late", 29_150],
      ["today", 30_200],
    );
    expect(joined([before, after])).toBe("we are very very late today");
  });
});

describe("a side without words", () => {
  test.each([
    ["before", timed(), timed(["late", 29_000], ["again", 30_000]), "late again"],
    ["after", timed(["late", 27_000], ["again", 29_000]), timed(), "late again"],
    ["in the overlap", timed(["late", 24_000]), timed(["again", 31_000]), "late again"],
  ])("%s leaves the other as it is", (_, before, after, text) => {
    expect(joined([before, after])).toBe(text);
  });
});

describe("an hour of speech without a weak place", () => {
  test.each([
    { wordTimes: true, errors: 0 },
    { wordTimes: true, errors: 0.05 },
    { wordTimes: false, errors: 0 },
    { wordTimes: false, errors: 0.05 },
  ])("loses no word and doubles none: %o", ({ wordTimes, errors }) => {
    const { words, profile } = simulateSpeech({ ...torrent, seed: 1, durationMs: 3_600_000 });
    const plan = planClips(profile, { maxClipMs: 30_000, sampleRate: 16_000 });
    expect(plan.clips.filter((clip) => clip.overlapMs > 0).length).toBeGreaterThan(120);
    const clips = plan.clips.map((planned) => {
      const { text, words: heard = null } = hear(planned, words, { seed: 1, wordTimes, errors });
      const { index } = planned;
      return {
        planned,
        recognized: {
          index,
          startMs: 0,
          endMs: 0,
          text,
          confidence: null,
          words: heard,
          requestId: null,
          recognizer: "simulated",
        },
      };
    });
    const { text } = assembleTranscript(clips, {
      durationMs: profile.durationMs,
      recognizer: "simulated",
      requests: 0,
      lostMs: 0,
      cutShort: false,
    });
    const { lost, doubled, changed } = compareWords(
      words.map((word) => word.text),
      text,
    );
    expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
    expect(changed).toBeLessThanOrEqual(errors * 1.2 * words.length);
  });
});
