import { RecognizerError } from "../../src/recognizers/errors.ts";
import { createSis } from "../../src/recognizers/huawei/sis.ts";
import { createQuota } from "../../src/recognizers/quota.ts";
import { scheduled } from "../../src/recognizers/scheduled.ts";
import { createRedisSlots } from "../../src/recognizers/redis-slots.ts";
import type { SlotSource } from "../../src/recognizers/slots.ts";
import { createSqliteSlots } from "../../src/recognizers/sqlite-slots.ts";
import { createFixedWindow } from "./fixed-window.ts";
import type { ClientSettings } from "./messages.ts";

// A process of its own that always has clips to recognize, until it is killed.
const { url, path, limiter, qps, redisUrl } = JSON.parse(process.argv[2] ?? "{}") as ClientSettings;
const slots = openSlots();
const quota = createQuota({ slots });
const sis = createSis({
  property: "english_16k_common",
  region: "region-1",
  projectId: "project-1",
  endpoint: url,
  iamEndpoint: url,
  credentials: { type: "ak-sk", accessKey: "MADEUPKEY", secretKey: "made-up-secret" },
  maxClipSeconds: 30,
  maxBase64Bytes: 2_000_000,
  timeoutSeconds: 30,
});
const recognizer = scheduled(sis, quota);
const { signal } = new AbortController();
const turn = { lane: "file", guildId: "guild", memberId: "member" } as const;
const clip = {
  index: 0,
  samples: new Int16Array(10 * 16000),
  sampleRate: 16000,
  pieces: [],
  speech: [],
  overlapMs: 0,
} as const;

function openSlots(): SlotSource {
  if (limiter === "slots") return createSqliteSlots({ path, qps });
  if (limiter === "fixed window") return createFixedWindow(path, qps);
  // Each measurement has a folder of its own, and so a quota of its own.
  return createRedisSlots({ url: redisUrl, prefix: `${path}:`, qps, onLost, onBack: () => undefined });
}

function onLost(error: unknown): void {
  process.stderr.write(`bench: Redis was lost, the figures mean nothing: ${String(error)}\n`);
}

async function recognizeOnAndOn(): Promise<never> {
  for (;;) {
    try {
      await recognizer.recognize({ ...clip }, { signal, turn });
    } catch (error) {
      // A refusal for the rate is what is measured; anything else would spoil the figures.
      if (!(error instanceof RecognizerError) || error.kind !== "throttled") throw error;
    }
  }
}

process.on("disconnect", () => process.exit(0));
await Promise.all(Array.from({ length: 8 }, recognizeOnAndOn));
