import { DiscordAPIError, PermissionFlagsBits as Permission } from "discord.js";
import { expect, test } from "vitest";

import { createCaptionLinks, linkHours } from "../../../src/bot/captions/caption-links.ts";
import type { GuildFacts } from "../../../src/bot/discord/guild-facts.ts";
import type { ConsentChoice } from "../../../src/store/store.ts";
import { createCaptionFeed } from "../../../src/transcription/caption-feed.ts";

const source = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
const { feed } = source;
const reader = { memberId: "7", audience: { guildId: "1", voiceChannelId: "2" }, source };

const quiet = (): void => undefined;

/** A server whose role 5 may join the voice channel, and whose member 7 has the roles that a test gives. */
function server() {
  const state = {
    nowMs: 0,
    roleIds: ["5"],
    refusal: undefined as Error | undefined,
    asked: 0,
    choices: new Map<string, ConsentChoice>(),
  };
  const facts = {
    ownerOf: () => "9",
    roles: () => ({ guildId: "1", permissions: new Map([["1", 0n]]) }),
    access: () => ({
      roles: new Map([["5", { allow: Permission.ViewChannel | Permission.Connect, deny: 0n }]]),
      members: new Map(),
    }),
  } satisfies Pick<GuildFacts, "ownerOf" | "roles" | "access">;
  const links = createCaptionLinks({
    api: {
      async member() {
        state.asked++;
        if (state.refusal) throw state.refusal;
        return { name: "Ben", nick: null, roleIds: state.roleIds };
      },
    },
    choices: async () => state.choices,
    facts: () => facts as unknown as GuildFacts,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    now: () => state.nowMs,
  });
  return { links, state };
}

function refusal(code: number, status: number): DiscordAPIError {
  return new DiscordAPIError({ code, message: "no" }, code, status, "GET", "/", {
    body: undefined,
    files: undefined,
  });
}

test("a link leads to its captions, and a member who asks again gets the same one", async () => {
  const { links } = server();
  const token = links.make(reader);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(links.make(reader)).toBe(token);
  expect(links.make({ ...reader, memberId: "8" })).not.toBe(token);
  expect(await links.open(token)).toBe(feed);
});

test("whoever opts out in another process is gone from the page, sessions that are over included", async () => {
  const { links, state } = server();
  const over = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  for (const speakerId of ["42", "43"])
    over.add({ speakerId, speaker: speakerId, startMs: 0, endMs: 1, text: "words", confidence: null });
  over.setState("ended");
  const token = links.make({ ...reader, source: over });
  expect((await links.open(token))?.lines.map(({ name }) => name)).toEqual(["42", "43"]);
  state.choices.set("42", "out");
  state.nowMs += 31_000;
  expect((await links.open(token))?.lines.map(({ name }) => name)).toEqual(["43"]);
});

test("nothing else opens anything", async () => {
  const { links } = server();
  links.make(reader);
  for (const token of ["", "x".repeat(43), "__proto__"]) expect(await links.open(token)).toBeUndefined();
});

test("a link runs out, and then a new one is another", async () => {
  const { links, state } = server();
  const token = links.make(reader);
  state.nowMs = linkHours * 3_600_000 + 1;
  expect(await links.open(token)).toBeUndefined();
  expect(links.make(reader)).not.toBe(token);
});

test("who loses the role, or the server, loses the page within half a minute", async () => {
  const { links, state } = server();
  const token = links.make(reader);
  expect(await links.open(token)).toBe(feed);
  state.roleIds = [];
  state.nowMs += 30_001;
  expect(await links.open(token)).toBeUndefined();
  state.roleIds = ["5"];
  state.nowMs += 30_001;
  expect(await links.open(token)).toBe(feed);
  state.refusal = refusal(10_007, 404);
  state.nowMs += 30_001;
  expect(await links.open(token)).toBeUndefined();
});

test("Discord is asked once in half a minute, whoever knocks how often", async () => {
  const { links, state } = server();
  const token = links.make(reader);
  await Promise.all(Array.from({ length: 50 }, () => links.open(token)));
  expect(state.asked).toBe(1);
});

test("while Discord is away a link goes on working", async () => {
  const { links, state } = server();
  const token = links.make(reader);
  state.refusal = new Error("unreachable");
  expect(await links.open(token)).toBe(feed);
});

test("links are bounded: the oldest goes", async () => {
  const { links } = server();
  const first = links.make(reader);
  for (let member = 100; member < 600; member++) links.make({ ...reader, memberId: String(member) });
  expect(await links.open(first)).toBeUndefined();
});

test("whoever is to be forgotten is taken out of sessions that are over, too", async () => {
  const { links } = server();
  const over = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
  const turn = { startMs: 0, endMs: 900, text: "words", confidence: null };
  over.add({ ...turn, speakerId: "30", speaker: "Ben" });
  over.add({ ...turn, speakerId: "31", speaker: "Ada" });
  over.setState("ended");
  const token = links.make({ ...reader, source: over });
  links.forget("30");
  expect((await links.open(token))?.lines.map(({ name }) => name)).toEqual(["Ada"]);
});

test("what links lead to is bounded too: long sessions that are over go first", async () => {
  const { links } = server();
  const tokens = Array.from({ length: 7 }, () => {
    const long = createCaptionFeed({ kind: "captions", title: "Lounge", locale: "en" });
    const turn = { startMs: 0, endMs: 900, text: "words", confidence: null, speakerId: "30", speaker: "Ben" };
    for (let count = 0; count < 18_000; count++) long.add(turn);
    return links.make({ ...reader, source: long });
  });
  const open = await Promise.all(tokens.map(async (token) => (await links.open(token)) !== undefined));
  expect(open).toEqual([false, true, true, true, true, true, true]);
});
