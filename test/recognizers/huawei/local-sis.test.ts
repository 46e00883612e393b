import { describe, expect, onTestFinished, test } from "vitest";

import { createSis, type Sis, type SisOptions } from "../../../src/recognizers/huawei/sis.ts";
import { createQuota } from "../../../src/recognizers/quota.ts";
import { retrying } from "../../../src/recognizers/retrying.ts";
import { scheduled } from "../../../src/recognizers/scheduled.ts";
import { createLocalSlots } from "../../../src/recognizers/slots.ts";
import { startLocalSis, type LocalSis, type LocalSisOptions } from "../../../src/sandbox/sis/local-sis.ts";
import { clipOf } from "../clips.ts";

const { signal } = new AbortController();

/** The double that shares nothing with the client; it hears a fixed text. */
async function start(options: LocalSisOptions = {}): Promise<LocalSis> {
  const local = await startLocalSis({
    quota: { requests: 1000, windowMs: 1000 },
    recognize: () => ({ text: "nice to meet you", score: 0.91 }),
    ...options,
  });
  onTestFinished(() => local.close());
  return local;
}

function clientOf(local: LocalSis, type: "ak-sk" | "password", options: Partial<SisOptions> = {}): Sis {
  const { accessKey, secretKey, username, password, domainName, region } = local.account;
  const sis = createSis({
    property: "english_16k_common",
    addPunc: "yes",
    region,
    endpoint: local.url,
    iamEndpoint: local.url,
    credentials:
      type === "ak-sk"
        ? { type, accessKey, secretKey }
        : { type, username, password, domainName, projectName: region },
    maxClipSeconds: 30,
    maxBase64Bytes: 2_000_000,
    timeoutSeconds: 10,
    ...options,
  });
  onTestFinished(() => sis.close());
  return sis;
}

describe.each(["ak-sk", "password"] as const)("a strict double of SIS and IAM, asked with %s,", (type) => {
  test("answers a clip of the longest length with its text", async () => {
    const sis = clientOf(await start(), type);
    await expect(sis.recognize(clipOf(sis.maxClipMs), { signal })).resolves.toMatchObject({
      text: "Nice to meet you.",
      confidence: 0.91,
    });
  });

  test("takes every setting the Chinese site knows", async () => {
    const sis = clientOf(await start({ audio: { site: "chinese", vocabularies: ["words-1"] } }), type, {
      digitNorm: "no",
      needWordInfo: "yes",
      vocabularyId: "words-1",
    });
    await expect(sis.recognize(clipOf(500), { signal })).resolves.toMatchObject({
      text: "Nice to meet you.",
    });
  });

  test("takes 8 kHz audio for an 8 kHz property", async () => {
    const sis = clientOf(await start(), type, { property: "english_8k_common" });
    await expect(sis.recognize(clipOf(500, 8000), { signal })).resolves.toMatchObject({
      text: "Nice to meet you.",
    });
  });
});

test("wrong keys are shown to it once, however many calls wait, so that it never locks them", async () => {
  const local = await start();
  const sis = clientOf(local, "ak-sk", {
    credentials: { type: "ak-sk", accessKey: local.account.accessKey, secretKey: "wrong" },
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => sis.recognize(clipOf(100), { signal })),
  );
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(local.requests).toHaveLength(1);
});

test("a wrong password is shown to it once, however many calls wait, so that it never locks the user", async () => {
  const local = await start();
  const { username, domainName, region } = local.account;
  const sis = clientOf(local, "password", {
    credentials: { type: "password", username, password: "wrong", domainName, projectName: region },
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => sis.recognize(clipOf(100), { signal })),
  );
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(local.requests).toHaveLength(1);
});

test.each(["revokeTokens", "expireTokens"] as const)(
  "after %s one new login serves all calls",
  async (end) => {
    const local = await start();
    const sis = clientOf(local, "password");
    const quota = createQuota({ slots: createLocalSlots({ qps: 100 }) });
    onTestFinished(() => quota.close());
    const recognizer = retrying(scheduled(sis, quota), { firstDelayMs: 10 });
    const turn = { lane: "note", guildId: "guild", memberId: "member" } as const;
    const call = async (): Promise<string> =>
      (await recognizer.recognize(clipOf(100), { signal, turn })).text;
    await call();
    local[end]();
    await expect(Promise.all(Array.from({ length: 10 }, call))).resolves.toHaveLength(10);
    expect(local.requests.filter(({ endpoint }) => endpoint === "tokens")).toHaveLength(2);
  },
);

test("its quota of three requests in any second is kept without a single refusal", async () => {
  const local = await start({ quota: { requests: 3, windowMs: 1000 }, delayMs: 200 });
  const sis = clientOf(local, "ak-sk", { projectId: local.account.projectId });
  const quota = createQuota({ slots: createLocalSlots({ qps: 3, restAllowanceMs: 150 }) });
  onTestFinished(() => quota.close());
  const recognizer = scheduled(sis, quota);
  const turn = { lane: "note", guildId: "guild", memberId: "member" } as const;
  await Promise.all(Array.from({ length: 9 }, () => recognizer.recognize(clipOf(1000), { signal, turn })));
  expect([local.worstSlidingSecond(), local.requests.map(({ httpStatus }) => httpStatus)]).toEqual([
    3,
    Array.from({ length: 9 }, () => 200),
  ]);
});
