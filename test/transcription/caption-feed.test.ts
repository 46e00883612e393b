import { expect, test } from "vitest";

import { createCaptionFeed, type FeedEvent } from "../../src/transcription/caption-feed.ts";

const caption = (speakerId: string, text: string, startMs = 0) => ({
  speakerId,
  speaker: speakerId.toUpperCase(),
  text,
  startMs,
  endMs: startMs + 900,
  confidence: 0.9,
});

test("a feed tells lines as they come, numbered over the whole session", () => {
  const source = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  const { feed } = source;
  source.add(caption("ada", "before"));
  const heard: FeedEvent[] = [];
  const unfollow = feed.follow((event) => heard.push(event));
  source.add(caption("ben", "meanwhile"));
  unfollow();
  source.add(caption("ada", "after"));
  expect(heard).toEqual([
    { type: "line", line: { id: 2, speaker: 1, name: "BEN", text: "meanwhile", startMs: 0 } },
  ]);
  expect(feed.lines.map(({ id, speaker }) => [id, speaker])).toEqual([
    [1, 0],
    [2, 1],
    [3, 0],
  ]);
});

test("whoever opts out is taken out, and is somebody else when they come back", () => {
  const source = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  const { feed } = source;
  source.add(caption("ada", "one"));
  source.add(caption("ben", "two"));
  const heard: FeedEvent[] = [];
  feed.follow((event) => heard.push(event));
  source.forget("ada");
  source.add(caption("ada", "three"));
  expect(heard[0]).toEqual({ type: "gone", speaker: 0 });
  expect(feed.gone).toEqual([0]);
  expect(feed.lines.map(({ speaker, text }) => [speaker, text])).toEqual([
    [1, "two"],
    [2, "three"],
  ]);
  expect(feed.captions.map(({ text }) => text)).toEqual(["two", "three"]);
});

test("an ended feed stays ended", () => {
  const source = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  const { feed } = source;
  source.setState("ended");
  source.setState("live");
  expect(feed.state).toBe("ended");
});

test("a feed is bounded: the oldest lines go", () => {
  const source = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  const { feed } = source;
  for (let count = 0; count < 20_050; count++) source.add(caption("ada", "word"));
  expect(feed.lines).toHaveLength(20_000);
  expect(feed.lines[0]?.id).toBe(51);
});
