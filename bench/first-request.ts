import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { createSileroDetector } from "../src/audio/silero.ts";
import { createSis } from "../src/recognizers/huawei/sis.ts";
import { createQuota } from "../src/recognizers/quota.ts";
import { scheduled } from "../src/recognizers/scheduled.ts";
import { createLocalSlots } from "../src/recognizers/slots.ts";
import { joinSpeech } from "../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../src/sandbox/speech.ts";
import { encodeVoiceNote } from "../src/sandbox/voice-note.ts";
import { createTranscriber } from "../src/transcription/transcribe.ts";
import type { Benchmark, BenchmarkRow } from "./benchmark.ts";

const rounds = 25;
const noteSeconds = 8;

/** How long an 8 s note that lies on disk waits for its request to arrive, beside decoding it by an ffmpeg of its own. */
export const firstRequestBenchmark: Benchmark = {
  name: "first-request",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "earshot-bench-"));
    const service = await startService();
    try {
      const file = join(folder, "note.ogg");
      await writeFile(file, await note());
      return [await compare(file, service)];
    } finally {
      service.server.close();
      service.server.closeAllConnections();
      await rm(folder, { recursive: true });
    }
  },
};

/** Eight seconds of human speech, encoded as Discord's clients do. */
async function note(): Promise<Uint8Array> {
  const spoken = await humanSpeech({ minWords: 6, maxSeconds: 8, limit: 4 });
  const { samples } = joinSpeech(spoken, { seed: 1 });
  return (await encodeVoiceNote(samples.subarray(0, noteSeconds * 16_000))).bytes;
}

interface Service {
  readonly server: Server;
  readonly endpoint: string;
  /** When the last request's head arrived. */
  arrivedMs(): number;
}

/** A service on loopback that takes the time of arrival and hears nothing. */
async function startService(): Promise<Service> {
  let arrivedMs = 0;
  const server = createServer((request, response) => {
    arrivedMs = performance.now();
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ trace_id: "0", result: { text: "yes", score: 0.9 } }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, endpoint: `http://127.0.0.1:${port}`, arrivedMs: () => arrivedMs };
}

async function compare(file: string, service: Service): Promise<BenchmarkRow> {
  const sis = createSis({
    region: "bench",
    endpoint: service.endpoint,
    iamEndpoint: service.endpoint,
    credentials: { type: "ak-sk", accessKey: "bench", secretKey: "bench" },
    projectId: "0",
    property: "english_16k_common",
    maxClipSeconds: 30,
    maxBase64Bytes: 2_000_000,
    timeoutSeconds: 30,
  });
  const quota = createQuota({ slots: createLocalSlots({ qps: 1000 }) });
  const detector = await createSileroDetector();
  const transcriber = createTranscriber({ recognizer: scheduled(sis, quota), detector });
  const ours: number[] = [];
  const spawned: number[] = [];
  try {
    for (let round = -3; round < rounds; round += 1) {
      const beginMs = performance.now();
      await transcriber.transcribe(file, {
        signal: new AbortController().signal,
        turn: { lane: "note", guildId: "1", memberId: "1" },
        maxDurationMs: 7_200_000,
      });
      const spawnMs = performance.now();
      await decodeByFfmpeg(file);
      // The first rounds warm up the code and the connection, as a bot that runs is warm.
      if (round < 0) continue;
      ours.push(service.arrivedMs() - beginMs);
      spawned.push(performance.now() - spawnMs);
    }
  } finally {
    await sis.close();
    await detector.close();
  }
  return row(median(ours), median(spawned));
}

async function decodeByFfmpeg(file: string): Promise<void> {
  const output = ["-ac", "1", "-ar", "16000", "-f", "s16le", "-"];
  const options = { encoding: "buffer", maxBuffer: 2 ** 24 } as const;
  await promisify(execFile)("ffmpeg", ["-v", "error", "-nostdin", "-i", file, ...output], options);
}

function row(oursMs: number, spawnMs: number): BenchmarkRow {
  return {
    what: `${noteSeconds} s note on disk → first request arrives`,
    ours: `${oursMs.toFixed(1)} ms`,
    alternative: `${spawnMs.toFixed(1)} ms (one ffmpeg that decodes it)`,
    ratio: `${(oursMs / spawnMs).toFixed(2)}×`,
    bar: "half of one ffmpeg spawn",
    met: oursMs <= spawnMs / 2,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
