import { expect, test } from "vitest";

import { type BotStage, setBotStage } from "./bot-stage.ts";
import { startSparseDiscord, type SparseDiscord } from "./sparse-discord.ts";

/** The bot against a Discord that sends next to nothing. */
async function against(discord: SparseDiscord): Promise<BotStage> {
  return await setBotStage({
    bot: { apiUrl: discord.apiUrl, cdnOrigins: [discord.origin], token: "any" },
  });
}

const author = { id: "3000", username: "ada" };

function voiceNote(discord: SparseDiscord, changes: object = {}): object {
  return {
    id: "4000",
    channel_id: "2001",
    guild_id: "2000",
    author,
    flags: 8192,
    attachments: [
      { id: "1", filename: "voice-message.ogg", size: 17, url: `${discord.origin}/files/note.ogg` },
    ],
    ...changes,
  };
}

test("a note is answered where the gateway tells next to nothing of the server", async () => {
  await using discord = await startSparseDiscord([{ id: "2000" }]);
  await using _ = await against(discord);
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord));
  const { body } = await discord.call("POST", /^\/channels\/4000\/messages$/);
  expect(body["content"]).toMatch(/^words of the file\n-# /);
  expect(body["allowed_mentions"]).toEqual({ parse: [], replied_user: false });
});

test("a note in a channel nobody announced is answered too", async () => {
  await using discord = await startSparseDiscord([]);
  await using _ = await against(discord);
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord, { guild_id: "9", channel_id: "10" }));
  expect((await discord.call("POST", /\/threads$/)).path).toBe("/channels/10/messages/4000/threads");
});

test("in a thread of which the gateway told nothing, the settings of its channel count", async () => {
  const rest = { 10: { id: "10", type: 11, parent_id: "2001" } };
  await using discord = await startSparseDiscord([{ id: "2000" }], rest);
  await using stage = await against(discord);
  await stage.store.settings.setNotes("2000", "2001", false);
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord, { id: "3999", channel_id: "10" }));
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord, { channel_id: "11" }));
  await discord.call("POST", /^\/channels\/4000\/messages$/);
  expect(discord.calls.filter(({ path }) => path.includes("3999"))).toEqual([]);
});

test("a forward that lacks its reference is answered, and does not end the process", async () => {
  await using discord = await startSparseDiscord([{ id: "2000", channels: [{ id: "2001", type: 0 }] }]);
  await using _ = await against(discord);
  const { flags, attachments } = voiceNote(discord) as { flags: number; attachments: object[] };
  const forward = {
    flags: 16_384,
    attachments: [],
    message_snapshots: [{ message: { flags, attachments } }],
  };
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord, forward));
  const { body } = await discord.call("POST", /^\/channels\/4000\/messages$/);
  expect(body["content"]).toMatch(/^words of the file\n/);
});

test("packets without meaning are survived", async () => {
  await using discord = await startSparseDiscord([{ id: "2000" }]);
  await using _ = await against(discord);
  for (const name of [
    "MESSAGE_CREATE",
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "MESSAGE_UPDATE",
    "TYPING_START",
    "THREAD_LIST_SYNC",
    "CHANNEL_CREATE",
    "GUILD_CREATE",
    "GUILD_DELETE",
    "X",
  ]) {
    discord.dispatch(name, {});
    discord.dispatch(name, { guild_id: "2000" });
  }
  for (const packet of [{}, { type: 2, member: {} }, { type: 2, user: author }, { type: 3, user: {} }]) {
    discord.dispatch("INTERACTION_CREATE", packet);
  }
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord));
  expect((await discord.call("POST", /\/threads$/)).path).toBe("/channels/2001/messages/4000/threads");
});

test("a slash command without the fields discord.js relies on is acknowledged and answered", async () => {
  await using discord = await startSparseDiscord([{ id: "2000" }]);
  await using _ = await against(discord);
  discord.dispatch("INTERACTION_CREATE", {
    id: "6000",
    application_id: "1000",
    type: 2,
    token: "tok",
    version: 1,
    guild_id: "2000",
    channel_id: "2001",
    member: { user: author, permissions: "0" },
    locale: "en-US",
    data: {
      id: "1",
      name: "transcribe",
      type: 1,
      options: [{ name: "file", type: 11, value: "77" }],
      resolved: {
        attachments: {
          77: { id: "77", filename: "talk.mp3", size: 17, url: `${discord.origin}/files/talk.mp3` },
        },
      },
    },
  });
  expect((await discord.call("POST", /\/callback$/)).body).toMatchObject({ type: 5 });
  const { body } = await discord.call("PATCH", /^\/webhooks\/1000\/tok\/messages\/(?:@|%40)original$/);
  expect(body["content"]).toMatch(/^words of the file\n/);
});

test("what is kept of somebody is handed over whole where Discord does not say how large a file may be", async () => {
  await using discord = await startSparseDiscord([{ id: "2000" }]);
  await using _ = await against(discord);
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord));
  await discord.call("POST", /^\/channels\/4000\/messages$/);
  discord.dispatch("INTERACTION_CREATE", {
    id: "6000",
    application_id: "1000",
    type: 2,
    token: "tok",
    version: 1,
    user: author,
    channel_id: "2001",
    locale: "en-US",
    data: { id: "1", name: "privacy", type: 1, options: [{ name: "export", type: 1, options: [] }] },
  });
  const { body } = await discord.call("PATCH", /^\/webhooks\/1000\/tok\/messages\/(?:@|%40)original$/);
  expect(body["content"]).toMatch(/^This is everything I keep of you/);
});

test("a search finds what was said where it is used, though nothing is known of the server's roles", async () => {
  await using discord = await startSparseDiscord([{ id: "2000", channels: [{ id: "2001", type: 0 }] }]);
  await using _ = await against(discord);
  discord.dispatch("MESSAGE_CREATE", voiceNote(discord));
  await discord.call("POST", /^\/channels\/4000\/messages$/);
  discord.dispatch("INTERACTION_CREATE", {
    id: "6000",
    application_id: "1000",
    type: 2,
    token: "tok",
    version: 1,
    guild_id: "2000",
    channel_id: "2001",
    // View Channel and Read Message History.
    member: { user: author, permissions: "66560", roles: [] },
    locale: "en-US",
    data: {
      id: "1",
      name: "transcripts",
      type: 1,
      options: [{ name: "search", type: 1, options: [{ name: "text", type: 3, value: "file" }] }],
    },
  });
  const { body } = await discord.call("PATCH", /^\/webhooks\/1000\/tok\/messages\/(?:@|%40)original$/);
  expect(body["content"]).toMatch(/words of the \*\*file\*\*/);
});

test("a session that ends in the moment in which it is resumed does not end the process", async () => {
  await using discord = await startSparseDiscord([{ id: "2000" }]);
  await using stage = await against(discord);
  await discord.resumeInVain();
  expect(stage.logged.map(({ message }) => message)).toContain("gateway resumed");
});
