import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { startLocalDiscord } from "../../src/sandbox/discord/local-discord.ts";
import type { BotProcessOptions } from "./bot-process.ts";

interface Told {
  readonly ready?: true;
  readonly recognized?: string;
}

/** A bot in a process of its own, ready, and the clips it has recognized. */
async function startBot(options: BotProcessOptions, recognized: string[]): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "bot-process.ts"), [JSON.stringify(options)], {
    execArgv: [],
  });
  const ready = Promise.withResolvers<void>();
  child.on("message", (told: Told) => {
    if (told.recognized !== undefined) recognized.push(told.recognized);
    if (told.ready) ready.resolve();
  });
  child.once("exit", () => ready.reject(new Error("the bot ended before it was ready")));
  await ready.promise;
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** The calls of a long note: its file, the thread, progress, edits, the words. */
const moments = [1, 2, 3, 4].flatMap((call) => [
  { call, when: "before" as const },
  { call, when: "after" as const },
]);

test.each(moments)(
  "killed $when Discord takes call $call, a restarted bot answers once and pays once",
  async ({ call, when }) => {
    const discord = await startLocalDiscord();
    const dataDir = await mkdtemp(join(tmpdir(), "earshot-killed-"));
    const person = discord.createUser({ username: "ada", globalName: "Ada" });
    const guild = discord.createGuild({ name: "HQ", ownerId: person.id });
    discord.addMember({ guildId: guild.id, userId: discord.application.botId });
    const channel = discord.createChannel({ guildId: guild.id, name: "general" });
    const recognized: string[] = [];
    const options = {
      token: discord.application.token,
      apiUrl: discord.apiUrl,
      origin: discord.origin,
      dataDir,
    };
    let bot = await startBot(options, recognized);
    try {
      const callsBefore = discord.journal.length;
      if (call > 1) discord.failNext({ kind: "delay", delayMs: 0, times: call - 1 });
      discord.failNext({ kind: "hang", afterwards: when === "after" });
      const bytes = Buffer.from("one two three four");
      const { id } = discord.postVoiceNote({
        channelId: channel.id,
        authorId: person.id,
        durationSecs: 4,
        bytes,
      });
      const ours = (): ReturnType<typeof discord.messages> =>
        [
          ...discord.messages(channel.id),
          ...(discord.world.channels.has(id) ? discord.messages(id) : []),
        ].filter(
          ({ author, type }) => author.id === discord.application.botId && (type === 0 || type === 19),
        );
      // The journal tells nobody of a call that hangs, so it is looked at. A bot that needs fewer calls has answered by then.
      const reached = (): boolean => discord.journal.length - callsBefore >= call;
      await vi.waitUntil(() => reached() || ours().some(({ content }) => content.startsWith("one")), {
        timeout: 20_000,
        interval: 10,
      });
      await kill(bot);
      discord.clearFaults();
      bot = await startBot(options, recognized);
      await discord.waitFor(() => ours().find(({ content }) => content.startsWith("one two three four")), {
        timeoutMs: 20_000,
      });
      // Another note's answer shows that nothing more is to come of the first.
      const other = discord.postVoiceNote({
        channelId: channel.id,
        authorId: person.id,
        durationSecs: 1,
        bytes: Buffer.from("five"),
      });
      await discord.waitFor(
        () =>
          discord.world.channels.has(other.id) &&
          discord.messages(other.id).some(({ content }) => content.startsWith("five")),
      );
      expect(ours()).toHaveLength(1);
      expect(discord.threadsOf(channel.id)).toHaveLength(2);
      expect(recognized.toSorted()).toEqual(["five", "four", "one", "three", "two"]);
    } finally {
      await kill(bot);
      await discord.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
