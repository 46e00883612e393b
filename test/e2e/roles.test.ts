import { afterAll, expect, test } from "vitest";

import { ensureDatabase, startPostgres } from "../servers/postgres.ts";
import { startRedis } from "../servers/redis.ts";
import { type RunningProcess, runNode, setStage, type Stage } from "./bot-process.ts";
import { stormRecordings } from "./torture/recordings.ts";

const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

/** Answers at once: who does the work is what is looked at, not how well. */
const scripted = { sis: { recognize: () => ({ text: "the words", score: 0.9 }) } };

/** A worker that has begun to work. */
async function startWorker(stage: Stage, env: Record<string, string>): Promise<RunningProcess> {
  const worker = runNode(
    "src/main.ts",
    [],
    { ...stage.env, HTTP_PORT: "0", ...env, EARSHOT_ROLE: "worker" },
    stage.dataDir,
  );
  await expect.poll(() => worker.stdout(), { timeout: 30_000 }).toContain('"event":"ready"');
  return worker;
}

test(
  "a gateway writes work down, and a worker on another host answers; either may stop while the other goes on",
  { timeout: 120_000 },
  async () => {
    await using stage = await setStage(scripted);
    const databaseUrl = postgres.newDatabase();
    await ensureDatabase(databaseUrl);
    const shared = { REDIS_URL: redis.url, DATABASE_URL: databaseUrl };
    const [first, second, third] = await stormRecordings(3);
    const gateway = await stage.startBot({ ...shared, EARSHOT_ROLE: "gateway" });
    const early = stage.post(first!);
    // Another host: nothing but Redis and PostgreSQL in common.
    const worker = await startWorker(stage, { ...shared, DATA_DIR: `${stage.dataDir}/elsewhere` });
    await stage.answer(early, /SIS/);
    gateway.kill("SIGTERM");
    expect(await gateway.ended).toMatchObject({ code: 0 });
    const missed = stage.post(second!);
    await stage.startBot({ ...shared, EARSHOT_ROLE: "gateway" });
    await stage.answer(missed, /SIS/);
    worker.kill("SIGTERM");
    expect(await worker.ended).toMatchObject({ code: 0 });
    const late = stage.post(third!);
    const next = await startWorker(stage, { ...shared, DATA_DIR: `${stage.dataDir}/third` });
    await stage.answer(late, /SIS/);
    next.kill("SIGTERM");
    await next.ended;
    expect(stage.answers(early)).toHaveLength(1);
  },
);

test("processes of one host share work over the data folder alone", { timeout: 60_000 }, async () => {
  await using stage = await setStage(scripted);
  const [recording] = await stormRecordings(1);
  await stage.startBot({ EARSHOT_ROLE: "gateway" });
  const worker = await startWorker(stage, {});
  await stage.answer(stage.post(recording!), /SIS/);
  worker.kill("SIGTERM");
  expect(await worker.ended).toMatchObject({ code: 0 });
});

test("each process hears the servers of its own shards", { timeout: 60_000 }, async () => {
  await using stage = await setStage(scripted);
  const { discord, authorId } = stage;
  const [recording] = await stormRecordings(1);
  /** A channel of a server that belongs to a shard of two (Discord API, "Sharding Formula"). */
  const channelOf = (shard: bigint): string => {
    for (;;) {
      const { id } = discord.createGuild({ name: `Shard ${shard}`, ownerId: authorId });
      if ((BigInt(id) >> 22n) % 2n !== shard) continue;
      discord.addMember({ guildId: id, userId: discord.application.botId });
      return discord.createChannel({ guildId: id, name: "lounge" }).id;
    }
  };
  const { bytes, durationSecs } = recording!;
  const postIn = (channelId: string): string =>
    discord.postVoiceNote({ channelId, authorId, bytes, durationSecs }).id;
  const channels = [channelOf(0n), channelOf(1n)];
  const first = await stage.startBot({ SHARD_COUNT: "2", SHARD_IDS: "0" });
  const notes = channels.map(postIn);
  const answered = (messageId: string | undefined): boolean => discord.world.channels.has(messageId ?? "");
  await discord.waitFor(() => answered(notes[0]), {
    timeoutMs: 30_000,
    what: "the answer of the first shard",
  });
  await stage.startBot({ SHARD_COUNT: "2", SHARD_IDS: "1" });
  const late = postIn(channels[1] ?? "");
  await discord.waitFor(() => answered(late), { timeoutMs: 30_000, what: "the answer of the second shard" });
  expect(notes.map(answered)).toEqual([true, false]);
  first.kill("SIGTERM");
  expect(await first.ended).toMatchObject({ code: 0 });
});
