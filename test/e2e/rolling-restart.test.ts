import { EventEmitter, once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";

import { ensureDatabase, startPostgres } from "../servers/postgres.ts";
import { startRedis } from "../servers/redis.ts";
import { runNode, type RunningProcess, setStage } from "./bot-process.ts";
import { stormRecordings, wordsOf } from "./torture/recordings.ts";

/** Long enough that a process is told to end while its clips are at the service. */
const serviceMs = 800;

test(
  "every process is replaced in the middle of its work, and each note is answered exactly once",
  { timeout: 240_000 },
  async () => {
    await using redis = await startRedis();
    await using postgres = await startPostgres();
    const databaseUrl = postgres.newDatabase();
    await ensureDatabase(databaseUrl);
    const service = new EventEmitter();
    await using stage = await setStage({
      sis: {
        async recognize({ samples }) {
          service.emit("hears");
          await delay(serviceMs);
          return { text: wordsOf(samples).text, score: 0.9 };
        },
      },
    });
    const recordings = await stormRecordings(11);
    const posted = new Map<string, string>();
    const post = (count: number): void => {
      for (const recording of recordings.slice(posted.size, posted.size + count))
        posted.set(stage.post(recording), recording.words);
    };
    const startProcess = async (role: "gateway" | "worker", host: number): Promise<RunningProcess> => {
      const env = {
        ...stage.env,
        REDIS_URL: redis.url,
        DATABASE_URL: databaseUrl,
        EARSHOT_ROLE: role,
        DATA_DIR: `${stage.dataDir}/host-${host}`,
      };
      const started = runNode("src/main.ts", [], env, stage.dataDir);
      await started.printed('"event":"ready"');
      return started;
    };
    const running = [
      await startProcess("gateway", 0),
      await startProcess("worker", 1),
      await startProcess("worker", 2),
    ];

    for (const index of [1, 2]) {
      const heard = once(service, "hears");
      post(3);
      await heard;
      const old = running[index];
      old?.kill("SIGTERM");
      // The new one is there before the old one has gone.
      running[index] = await startProcess("worker", index + 2);
      expect(await old?.ended).toMatchObject({ code: 0 });
    }
    const heard = once(service, "hears");
    post(3);
    await heard;
    running[0]?.kill("SIGTERM");
    expect(await running[0]?.ended).toMatchObject({ code: 0 });
    // Two come while nobody listens.
    post(2);
    running[0] = await startProcess("gateway", 0);

    for (const id of posted.keys()) await stage.answer(id, /SIS/);
    for (const one of running) one.kill("SIGTERM");
    const codes = await Promise.all(running.map(async ({ ended }) => (await ended).code));
    expect(codes).toEqual([0, 0, 0]);
    // Words that would stand there twice, or not at all, are seen; a long answer takes several messages.
    const answers = [...posted.keys()].map((id) => plainWords(stage.answers(id)));
    expect(answers).toEqual([...posted.values()].map((words) => plainWords([words])));
  },
);

/** What was heard, without punctuation and the line of facts beneath it. */
function plainWords(messages: readonly string[]): readonly string[] {
  const lines = messages.flatMap((message) => message.split("\n"));
  return lines
    .filter((line) => !line.startsWith("-#"))
    .flatMap((line) => line.toLowerCase().match(/[a-z]+/g) ?? []);
}
