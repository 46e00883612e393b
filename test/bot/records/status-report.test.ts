import { expect, test } from "vitest";

import {
  createStatusReport,
  type StatusReport,
  type StatusReportOptions,
} from "../../../src/bot/records/status-report.ts";
import { createExplain } from "../../../src/explanations/create-explain.ts";
import { createWords } from "../../../src/explanations/words.ts";
import type { NotedProblem } from "../../../src/store/problems.ts";
import { TranscriptionError } from "../../../src/transcription/errors.ts";
import { sayBytes, setBotStage } from "../bot-stage.ts";

const noted = (changes: Partial<NotedProblem>): NotedProblem => ({
  reason: "service-throttled",
  code: "SIS.0303",
  times: 3,
  lastAtMs: 1_700_000_000_000,
  traceId: null,
  ...changes,
});

const quiet: StatusReportOptions = {
  jobs: { depth: async () => ({ waiting: 4, running: 2, later: 1, oldestWaitingMs: 900 }) },
  problems: { recent: async () => [] },
  captioning: { session: () => undefined },
  recognizer: { name: "sis", host: "sis.example" },
  words: createWords(),
  explain: createExplain(),
};

function reporting(problems: readonly NotedProblem[]): StatusReport {
  return createStatusReport({
    ...quiet,
    problems: { recent: async () => problems },
    waitingCalls: () => ({ calls: { live: 1, note: 2 }, allowedPerSecond: 3 }),
  });
}

test("a report tells of the queue, the quota, captions, and that nothing went wrong", async () => {
  expect(await reporting([])("1", "en")).toBe(
    [
      "Queue: 4 waiting, 2 at work, 1 to be tried again later.",
      "SIS: 3 requests a second at most, 3 waiting for their turn.",
      "No captions are running in this server.",
      "Nothing went wrong in this server in the last seven days.",
    ].join("\n"),
  );
});

test("what went wrong is explained, with what the people who run the bot can do", async () => {
  const report = await reporting([noted({})])("1", "en");
  const { title, said, operator } = createExplain()({ reason: "service-throttled", code: "SIS.0303" }, "en");
  expect(report).toContain(
    `- **${title}** · 3 times, last <t:1700000000:R>\n${said} ${operator}\n-# SIS.0303`,
  );
});

test("a report of much trouble still fits a message, and speaks of the latest", async () => {
  const many = Array.from({ length: 5 }, (_, index) =>
    noted({ code: `SIS.${"9".repeat(90)}${index}`, traceId: "t".repeat(100) }),
  );
  const report = await reporting(many)("1", "zh");
  expect(report.length).toBeLessThanOrEqual(2000);
  expect(report).toContain(`${"9".repeat(90)}0`);
});

test("a reason of another version is explained as what is not known", async () => {
  const report = await reporting([noted({ reason: "flux-missing", code: null })])("1", "en");
  expect(report).toContain(createExplain()({ reason: "internal" }, "en").title);
});

test("another process's quota is not guessed", async () => {
  const report = await createStatusReport(quiet)("1", "en");
  expect(report).toContain("SIS is asked by another process of mine.");
});

test("moderators see what failed in their server, and nobody else is offered to", async () => {
  await using stage = await setBotStage({
    bot: { waitingCalls: () => ({ calls: { live: 0 }, allowedPerSecond: 3 }) },
  });
  const { discord, channelId, personId, guildId } = stage;
  stage.script = async () => {
    throw new TranscriptionError("refused", {
      reason: "service-credentials",
      code: "APIGW.0301",
      retryable: false,
    });
  };
  await stage.answered(stage.note("words"));
  stage.script = sayBytes;
  const ask = async (userId: string): Promise<string> => {
    const { id } = discord.runCommand({ channelId, userId, name: "status" });
    return await discord.waitFor(() => discord.interactionReplies(id).at(-1)?.content || undefined);
  };
  expect(await ask(personId)).toMatch(
    /What went wrong in this server lately:\n- \*\*.+\*\* · once, <t:\d+:R>\n.*\n-# APIGW\.0301/,
  );
  const other = discord.createUser({ username: "ben", globalName: "Ben" });
  discord.addMember({ guildId, userId: other.id });
  await expect(ask(other.id)).rejects.toThrow("no command status is offered");
}, 30_000);
