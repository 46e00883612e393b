import { Hono } from "hono";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import { addGauges } from "./gauges.ts";
import { createLabelValues } from "./label-values.ts";
import type { BotObservation, CallObservation, Gauges } from "./observations.ts";

/** Figures for Prometheus: fed by callbacks, read at `/metrics`. No label holds an id, a name or a word. */
export interface Metrics {
  /** To be told of every call of a recognizer when it is over. */
  readonly onCall: (call: CallObservation) => void;
  readonly onBot: (event: BotObservation) => void;
  /** `GET /metrics` */
  readonly routes: Hono;
  /** Every series as it is served, suffixes and all: for whoever writes dashboards and alerts. */
  series(): readonly Series[];
}

export interface MetricsOptions {
  readonly version: string;
  readonly gauges?: Gauges;
}

/** A series' name and what it can be told apart by. */
export interface Series {
  readonly name: string;
  readonly labels: readonly string[];
}

/** More codes than any of the services has in its books. */
const mostCodes = 200;
const callSeconds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30];
const waitSeconds = [0.01, 0.1, 0.3, 1, 3, 10, 30, 60, 300];
const delaySeconds = [0.5, 1, 1.5, 2, 3, 5, 8, 13, 30, 60];
const answerSeconds = [1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 900];
const tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** A registry of its own for each: nothing is global. */
export function createMetrics({ version, gauges = {} }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: "earshot_build_info",
    help: "Which version runs, on which Node",
    labelNames: ["version", "node"],
    registers,
  }).set({ version, node: process.version }, 1);
  addGauges(registry, gauges);
  const onCall = createCallMetrics(registers);
  const onBot = createBotMetrics(registers);
  const routes = new Hono();
  routes.get("/metrics", async (context) => {
    const text = await registry.metrics();
    return context.body(text, 200, { "Content-Type": registry.contentType });
  });
  return {
    onCall,
    onBot,
    routes,
    series: () => registry.getMetricsAsArray().flatMap(seriesOf),
  };
}

function seriesOf(metric: ReturnType<Registry["getMetricsAsArray"]>[number]): readonly Series[] {
  const labels =
    "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
  const { name } = metric;
  if (!(metric instanceof Histogram)) return [{ name, labels }];
  return [
    { name: `${name}_bucket`, labels: [...labels, "le"] },
    { name: `${name}_sum`, labels },
    { name: `${name}_count`, labels },
  ];
}

function createCallMetrics(registers: Registry[]): Metrics["onCall"] {
  const code = createLabelValues(mostCodes);
  const calls = new Counter({
    name: "earshot_recognizer_calls_total",
    help: "Calls of a recognizer, each try counted; code is that of a failure",
    labelNames: ["recognizer", "lane", "outcome", "code"],
    registers,
  });
  const requests = new Counter({
    name: "earshot_quota_requests_total",
    help: "Places of the quota that were used",
    labelNames: ["lane"],
    registers,
  });
  const audio = new Counter({
    name: "earshot_recognizer_audio_seconds_total",
    help: "Audio that was sent to a recognizer, in seconds, retries included",
    labelNames: ["recognizer", "lane"],
    registers,
  });
  const latency = new Histogram({
    name: "earshot_recognizer_call_seconds",
    help: "From a request to its answer",
    labelNames: ["recognizer"],
    buckets: callSeconds,
    registers,
  });
  const wait = new Histogram({
    name: "earshot_quota_wait_seconds",
    help: "How long calls waited for their place in the quota",
    labelNames: ["lane"],
    buckets: waitSeconds,
    registers,
  });
  const confidence = new Histogram({
    name: "earshot_recognizer_confidence",
    help: "How sure the recognizer was, 0 to 1, of each call that gave a score",
    labelNames: ["recognizer"],
    buckets: tenths,
    registers,
  });
  return (call) => {
    const { recognizer, lane } = call;
    const isCode = !["ok", "aborted", "failed"].includes(call.outcome);
    const outcome = isCode ? "failed" : call.outcome;
    calls.inc({ recognizer, lane, outcome, code: isCode ? code(call.outcome) : "" });
    wait.observe({ lane }, call.waitMs / 1000);
    if (call.latencyMs === undefined) return;
    requests.inc({ lane });
    audio.inc({ recognizer, lane }, call.audioMs / 1000);
    latency.observe({ recognizer }, call.latencyMs / 1000);
    if (call.confidence !== undefined) confidence.observe({ recognizer }, call.confidence);
  };
}

function createBotMetrics(registers: Registry[]): Metrics["onBot"] {
  const reason = createLabelValues(mostCodes);
  const answers = new Counter({
    name: "earshot_answers_total",
    help: "Voice notes and commands that were answered, by what the answer was",
    labelNames: ["asked", "outcome"],
    registers,
  });
  const answerTime = new Histogram({
    name: "earshot_answer_seconds",
    help: "From a note or command to its finished answer",
    labelNames: ["asked"],
    buckets: answerSeconds,
    registers,
  });
  const delay = new Histogram({
    name: "earshot_captions_delay_seconds",
    help: "From the end of what was said in a voice channel to its caption on Discord",
    buckets: delaySeconds,
    registers,
  });
  const gaps = new Counter({
    name: "earshot_captions_gaps_total",
    help: "Stretches of speech that no words came for",
    labelNames: ["reason"],
    registers,
  });
  const packets = new Counter({
    name: "earshot_voice_packets_total",
    help: "Voice packets by what became of them; lost ones never came, undecryptable ones lack their end-to-end keys",
    labelNames: ["fate"],
    registers,
  });
  return (event) => {
    if (event.type === "answered") {
      answers.inc({ asked: event.asked, outcome: event.outcome });
      answerTime.observe({ asked: event.asked }, event.tookMs / 1000);
    } else if (event.type === "caption") delay.observe(event.delayMs / 1000);
    else if (event.type === "caption-gap") gaps.inc({ reason: reason(event.reason) });
    else {
      const { heard, undecryptable, damaged, lost } = event;
      for (const [fate, count] of Object.entries({ heard, undecryptable, damaged, lost }))
        packets.inc({ fate }, count);
    }
  };
}
