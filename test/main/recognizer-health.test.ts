import { expect, test } from "vitest";

import { createRecognizerHealth, type RecognizerHealth } from "../../src/main/recognizer-health.ts";
import type { Attempt } from "../../src/recognizers/observed.ts";

function attempt(outcome: string, httpStatus?: number, recognizer = "sis"): Attempt {
  const figures = { audioMs: 1000, waitMs: 0, latencyMs: 1, confidence: undefined };
  return { recognizer, lane: "note", outcome, httpStatus, ...figures };
}

let nowMs = 0;
function create(): RecognizerHealth {
  nowMs = 1000;
  return createRecognizerHealth("sis", () => nowMs++);
}

test("a service that was never asked counts as well", () => {
  expect(create().check()).toMatchObject({ ok: true });
});

test("a service that is given a rest is down until it is back", () => {
  const health = create();
  health.onAttempt(attempt("ok"));
  health.onBreaker("sis", "open");
  expect(health.check()).toMatchObject({ ok: false, reason: "the speech service is down" });
  health.onBreaker("sis", "closed");
  expect(health.check()).toMatchObject({ ok: true });
});

test("another service that answers meanwhile will do", () => {
  const health = create();
  health.onBreaker("sis", "open");
  health.onAttempt(attempt("ok", undefined, "pocketsphinx"));
  expect(health.check()).toMatchObject({ ok: true });
});

test("keys that are refused three times in a row are told with the code, until they are taken again", () => {
  const health = create();
  for (let time = 0; time < 2; time++) health.onAttempt(attempt("APIG.0301", 401));
  expect(health.check()).toMatchObject({ ok: true });
  health.onAttempt(attempt("APIG.0301", 401));
  expect(health.check()).toMatchObject({ ok: false, facts: { code: "APIG.0301" } });
  health.onAttempt(attempt("ok"));
  expect(health.check()).toMatchObject({ ok: true });
});
