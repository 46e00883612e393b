import { expect, test } from "vitest";

import { createMetrics, type Metrics } from "../../src/web/metrics.ts";
import type { CallObservation, Gauges } from "../../src/web/observations.ts";

const call: CallObservation = {
  recognizer: "sis",
  lane: "note",
  outcome: "ok",
  audioMs: 8000,
  waitMs: 200,
  latencyMs: 900,
  confidence: 0.93,
};

/** The samples that `/metrics` shows, by name and labels. */
async function samples(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const text = await (await metrics.routes.request("/metrics")).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

function create(gauges: Gauges = {}): Metrics {
  return createMetrics({ version: "1.2.3", gauges });
}

test("a call counts by outcome, with its audio, wait, time and score", async () => {
  const metrics = create();
  metrics.onCall(call);
  const shown = await samples(metrics);
  expect(shown.get('earshot_recognizer_calls_total{recognizer="sis",lane="note",outcome="ok",code=""}')).toBe(
    1,
  );
  expect(shown.get('earshot_recognizer_audio_seconds_total{recognizer="sis",lane="note"}')).toBe(8);
  expect(shown.get('earshot_quota_wait_seconds_sum{lane="note"}')).toBe(0.2);
  expect(shown.get('earshot_recognizer_call_seconds_bucket{le="1",recognizer="sis"}')).toBe(1);
  expect(shown.get('earshot_recognizer_confidence_bucket{le="0.9",recognizer="sis"}')).toBe(0);
  expect(shown.get('earshot_recognizer_confidence_bucket{le="1",recognizer="sis"}')).toBe(1);
});

test("a failure counts under its code", async () => {
  const metrics = create();
  metrics.onCall({ ...call, outcome: "SIS.0303", confidence: undefined });
  const series =
    'earshot_recognizer_calls_total{recognizer="sis",lane="note",outcome="failed",code="SIS.0303"}';
  expect((await samples(metrics)).get(series)).toBe(1);
});

test("a call that never left takes no place and sends no audio", async () => {
  const metrics = create();
  metrics.onCall({ ...call, outcome: "aborted", latencyMs: undefined, confidence: undefined });
  const shown = await samples(metrics);
  expect(shown.has('earshot_quota_requests_total{lane="note"}')).toBe(false);
  expect(shown.has('earshot_recognizer_audio_seconds_total{recognizer="sis",lane="note"}')).toBe(false);
});

test("a service that invents codes does not fill the memory", async () => {
  const metrics = create();
  for (let number = 0; number < 5000; number++) metrics.onCall({ ...call, outcome: `NEW.${number}` });
  metrics.onCall({ ...call, outcome: 'quote"\nbreak' });
  const series = [...(await samples(metrics)).keys()].filter((name) =>
    name.startsWith("earshot_recognizer_calls_total"),
  );
  expect(series.length).toBe(201);
  expect(series.join("\n")).toContain('code="other"');
});

test("what the bot tells becomes latency, delay, gaps and packets", async () => {
  const metrics = create();
  metrics.onBot({ type: "answered", asked: "note", outcome: "words", tookMs: 4000 });
  metrics.onBot({ type: "caption", delayMs: 1800 });
  metrics.onBot({ type: "caption-gap", reason: "overload" });
  metrics.onBot({ type: "voice", heard: 50, undecryptable: 2, damaged: 0, lost: 3 });
  const shown = await samples(metrics);
  expect(shown.get('earshot_answer_seconds_bucket{le="5",asked="note"}')).toBe(1);
  expect(shown.get('earshot_captions_delay_seconds_bucket{le="2"}')).toBe(1);
  expect(shown.get('earshot_captions_gaps_total{reason="overload"}')).toBe(1);
  expect(shown.get('earshot_voice_packets_total{fate="undecryptable"}')).toBe(2);
  expect(shown.get('earshot_voice_packets_total{fate="lost"}')).toBe(3);
});

test("gauges are read when somebody looks", async () => {
  let waiting = 3;
  const metrics = create({
    connected: () => true,
    waitingCalls: () => ({ note: waiting }),
    jobs: async () => Promise.resolve({ waiting: 1, running: 2, later: 4, oldestWaitingMs: 1500 }),
    captions: () => ({ sessions: 2, stuck: { packets: 1 } }),
  });
  await samples(metrics);
  waiting = 7;
  const shown = await samples(metrics);
  expect(shown.get('earshot_quota_waiting{lane="note"}')).toBe(7);
  expect(shown.get("earshot_gateway_connected")).toBe(1);
  expect(shown.get('earshot_jobs{state="later"}')).toBe(4);
  expect(shown.get("earshot_jobs_oldest_waiting_seconds")).toBe(1.5);
  expect(shown.get('earshot_captions_stuck_sessions{stage="packets"}')).toBe(1);
});

test("a gauge that cannot tell has no value, and the page is served", async () => {
  const metrics = create({
    servers: () => {
      throw new Error("not connected");
    },
    jobs: async () => Promise.reject(new Error("the database fails")),
    connected: () => false,
  });
  const shown = await samples(metrics);
  expect(shown.has("earshot_servers")).toBe(false);
  expect(shown.has("earshot_jobs_oldest_waiting_seconds")).toBe(false);
  expect(shown.get("earshot_gateway_connected")).toBe(0);
  expect(shown.has("process_resident_memory_bytes")).toBe(true);
});
