import { createSis } from "../../src/recognizers/huawei/sis.ts";
import { createQuota } from "../../src/recognizers/quota.ts";
import { scheduled } from "../../src/recognizers/scheduled.ts";
import { createSqliteSlots } from "../../src/recognizers/sqlite-slots.ts";
import { clipOf } from "./clips.ts";

// A process of its own that recognizes clips over a quota it shares by a file: quota-process.ts URL FILE COUNT.
const [url = "", path = "", count = "0"] = process.argv.slice(2);
const quota = createQuota({
  slots: createSqliteSlots({
    path,
    qps: 20,
    restAllowanceMs: 200,
    onTrouble(error) {
      throw error;
    },
  }),
});
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
const turn = { lane: "note", guildId: "guild", memberId: "member" } as const;
await Promise.all(
  Array.from({ length: Number(count) }, () => recognizer.recognize(clipOf(100), { signal, turn })),
);
quota.close();
await sis.close();
