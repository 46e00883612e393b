import { describe, expect, test } from "vitest";

import { createJournal, createQuota } from "../../../src/sandbox/sis/journal.ts";
import { post, shortAudio, shortAudioUrl, startScripted, tokenOf } from "./calls.ts";

describe("the quota (seed 000 §3: 3 a second)", () => {
  test("takes three in any window, and a fourth when the first is a window ago", () => {
    const quota = createQuota({ requests: 3, windowMs: 1000 });
    const taken = [0, 400, 900, 999.9, 1000, 1399, 1400, 1899, 1900].map((at) => quota.take(at));
    expect(taken).toEqual([true, true, true, false, true, false, true, false, true]);
  });

  test("what was refused does not count", () => {
    const quota = createQuota({ requests: 1, windowMs: 2000 });
    expect([0, 1000, 1999, 2000].map((at) => quota.take(at))).toEqual([true, false, false, true]);
  });

  test("answers the fourth at once with 429 APIG.0308 and the gateway's body", async () => {
    const sis = await startScripted({ quota: { requests: 3, windowMs: 3_600_000 } });
    const headers = { "x-auth-token": await tokenOf(sis) };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post(shortAudioUrl(sis), shortAudio(), headers)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(refused.map(({ body }) => body)).toEqual([
      {
        error_code: "APIG.0308",
        error_msg: expect.stringContaining("over ratelimit"),
        request_id: refused[0]?.headers.get("x-request-id"),
      },
    ]);
  });

  test("is told of by arrival, however long the answers take", async () => {
    const sis = await startScripted({ quota: { requests: 1, windowMs: 3_600_000 }, delayMs: 200 });
    const headers = { "x-auth-token": await tokenOf(sis) };
    const first = post(shortAudioUrl(sis), shortAudio(), headers);
    await sis.until((requests) => requests.some(({ endpoint }) => endpoint === "short-audio"));
    expect((await post(shortAudioUrl(sis), shortAudio(), headers)).status).toBe(429);
    expect((await first).status).toBe(200);
  });
});

test("the fullest second is found wherever it begins", () => {
  const journal = createJournal();
  const at = [0, 900, 1000, 1100, 1850, 1899, 1900, 5000];
  for (const arrivedMs of at) Object.assign(journal.open("short-audio", ""), { arrivedMs });
  Object.assign(journal.open("tokens", ""), { arrivedMs: 1899 });
  expect(journal.worstSlidingSecond()).toBe(5);
  journal.clear();
  expect(journal.worstSlidingSecond()).toBe(0);
});
