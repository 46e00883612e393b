import { expect, test } from "vitest";

import type { Permission } from "../../../src/sandbox/discord/permissions.ts";
import { setStage, type Stage } from "./discord-bot.ts";
import { refusal, restOf, type RestCall } from "./rest-call.ts";

const hello = { body: { content: "hello" } };
const nowhere = "1".repeat(18);

/** The errors of a refused message, by field. */
async function issuesOf(stage: Stage, body: object): Promise<object> {
  const reply = await restOf(stage.discord)(`POST /channels/${stage.channelId}/messages`, { body });
  expect(refusal(reply)).toEqual([400, 50_035]);
  return reply.body.errors;
}

const issue = (code: string): object => ({ _errors: [expect.objectContaining({ code })] });

test.each([
  ["no token", undefined],
  ["a wrong token", "nobody"],
])("%s is refused with 401", async (_, token) => {
  await using stage = await setStage();
  expect(refusal(await restOf(stage.discord)("GET /users/@me", { token }))).toEqual([401, 0]);
});

test("an unknown route is 404, a wrong method 405", async () => {
  await using stage = await setStage();
  const call = restOf(stage.discord);
  expect(refusal(await call("GET /nothing/here"))).toEqual([404, 0]);
  expect(refusal(await call(`DELETE /users/@me`))).toEqual([405, 0]);
});

test.each<[string, (stage: Stage) => readonly [string, RestCall?], number, number]>([
  ["an unknown channel", () => [`POST /channels/${nowhere}/messages`, hello], 404, 10_003],
  ["an unknown message", ({ channelId }) => [`GET /channels/${channelId}/messages/${nowhere}`], 404, 10_008],
  ["an unknown guild", () => [`GET /guilds/${nowhere}`], 404, 10_004],
  ["an unknown user", () => [`GET /users/${nowhere}`], 404, 10_013],
  ["an unknown webhook", () => [`POST /webhooks/${nowhere}/token`, hello], 404, 10_015],
  [
    "an unknown interaction",
    () => [`POST /interactions/${nowhere}/token/callback`, { body: { type: 5 } }],
    404,
    10_062,
  ],
  [
    "an empty message",
    ({ channelId }) => [`POST /channels/${channelId}/messages`, { body: {} }],
    400,
    50_006,
  ],
  [
    "a body that is no JSON",
    ({ channelId }) => [`POST /channels/${channelId}/messages`, { body: "{" }],
    400,
    50_109,
  ],
  ["an id that is none", () => ["GET /channels/abc"], 400, 50_035],
  [
    "a DM to a bot",
    ({ discord }) => ["POST /users/@me/channels", { body: { recipient_id: discord.application.botId } }],
    403,
    50_007,
  ],
])("%s is refused", async (_, request, status, code) => {
  await using stage = await setStage();
  const [line, call] = request(stage);
  expect(refusal(await restOf(stage.discord)(line, call))).toEqual([status, code]);
});

test.each<[string, object, object]>([
  [
    "content over 2,000 characters",
    { content: "x".repeat(2001) },
    { content: issue("BASE_TYPE_MAX_LENGTH") },
  ],
  ["content that is a list", { content: [] }, { content: issue("STRING_TYPE_CONVERT") }],
  [
    "a nonce over 25 characters",
    { content: "x", nonce: "n".repeat(26) },
    { nonce: issue("BASE_TYPE_MAX_LENGTH") },
  ],
  [
    "eleven embeds",
    { embeds: Array.from({ length: 11 }, () => ({ title: "x" })) },
    { embeds: issue("BASE_TYPE_MAX_LENGTH") },
  ],
  [
    "an embed title over 256 characters",
    { embeds: [{ title: "x".repeat(257) }] },
    { embeds: { 0: { title: issue("BASE_TYPE_MAX_LENGTH") } } },
  ],
  [
    "embeds over 6,000 characters together",
    { embeds: [{ description: "x".repeat(3500) }, { description: "x".repeat(3500) }] },
    { embeds: issue("MAX_EMBED_SIZE_EXCEEDED") },
  ],
  [
    "a parse list with users beside a list of users",
    { content: "x", allowed_mentions: { parse: ["users"], users: [nowhere] } },
    { allowed_mentions: issue("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE") },
  ],
  [
    "a reply to nothing",
    { content: "x", message_reference: { message_id: nowhere } },
    { message_reference: issue("MESSAGE_REFERENCE_UNKNOWN_MESSAGE") },
  ],
  [
    "a button without a custom id",
    { content: "x", components: [{ type: 1, components: [{ type: 2, style: 1, label: "x" }] }] },
    { components: { 0: { components: { 0: { custom_id: issue("BASE_TYPE_REQUIRED") } } } } },
  ],
  [
    "two buttons of the same custom id",
    {
      content: "x",
      components: [
        { type: 1, components: [1, 2].map(() => ({ type: 2, style: 1, label: "x", custom_id: "same" })) },
      ],
    },
    { components: { 0: { components: { 1: { custom_id: issue("COMPONENT_CUSTOM_ID_DUPLICATED") } } } } },
  ],
  [
    "six action rows",
    {
      components: Array.from({ length: 6 }, (_, n) => ({
        type: 1,
        components: [{ type: 2, style: 1, label: "x", custom_id: `${n}` }],
      })),
    },
    { components: issue("BASE_TYPE_MAX_LENGTH") },
  ],
  [
    "a text display without IS_COMPONENTS_V2",
    { components: [{ type: 10, content: "x" }] },
    { components: { 0: { type: issue("UNION_TYPE_CHOICES") } } },
  ],
  [
    "content with IS_COMPONENTS_V2",
    { flags: 1 << 15, content: "x", components: [{ type: 10, content: "y" }] },
    { content: issue("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2") },
  ],
  [
    "41 components",
    { flags: 1 << 15, components: Array.from({ length: 41 }, () => ({ type: 14 })) },
    { components: issue("BASE_TYPE_BAD_LENGTH") },
  ],
  [
    "a file component whose file was not sent",
    { flags: 1 << 15, components: [{ type: 13, file: { url: "attachment://none.txt" } }] },
    { components: issue("ATTACHMENT_NOT_FOUND") },
  ],
])("a message with %s is refused with 50035", async (_, body, issues) => {
  await using stage = await setStage();
  expect(await issuesOf(stage, body)).toEqual(issues);
});

test("every issue of a message is told at once", async () => {
  await using stage = await setStage();
  const issues = await issuesOf(stage, { content: "x".repeat(2001), nonce: "n".repeat(26), tts: "yes" });
  expect(Object.keys(issues).sort()).toEqual(["content", "nonce", "tts"]);
});

test("2,000 characters are counted as code points", async () => {
  await using stage = await setStage();
  const call = restOf(stage.discord);
  const reply = await call(`POST /channels/${stage.channelId}/messages`, {
    body: { content: "😀".repeat(2000) },
  });
  expect(reply.status).toBe(200);
});

test.each<
  [
    string,
    Permission,
    (ids: Stage & { readonly noteId: string }) => readonly [string, RestCall?],
    readonly [number, number],
  ]
>([
  ["GET channel", "viewChannel", ({ channelId }) => [`GET /channels/${channelId}`], [403, 50_001]],
  [
    "posting",
    "viewChannel",
    ({ channelId }) => [`POST /channels/${channelId}/messages`, hello],
    [403, 50_001],
  ],
  [
    "posting",
    "sendMessages",
    ({ channelId }) => [`POST /channels/${channelId}/messages`, hello],
    [403, 50_013],
  ],
  ["typing", "sendMessages", ({ channelId }) => [`POST /channels/${channelId}/typing`], [403, 50_013]],
  [
    "replying",
    "readMessageHistory",
    ({ channelId, noteId }) => [
      `POST /channels/${channelId}/messages`,
      { body: { content: "x", message_reference: { message_id: noteId } } },
    ],
    [403, 160_002],
  ],
  [
    "fetching a message",
    "readMessageHistory",
    ({ channelId, noteId }) => [`GET /channels/${channelId}/messages/${noteId}`],
    [403, 50_013],
  ],
  [
    "attaching a file",
    "attachFiles",
    ({ channelId }) => [
      `POST /channels/${channelId}/messages`,
      { parts: [{ name: "files[0]", content: "x", filename: "x.txt" }] },
    ],
    [403, 50_013],
  ],
  [
    "starting a thread",
    "createPublicThreads",
    ({ channelId, noteId }) => [
      `POST /channels/${channelId}/messages/${noteId}/threads`,
      { body: { name: "x" } },
    ],
    [403, 50_013],
  ],
  [
    "reacting first",
    "addReactions",
    ({ channelId, noteId }) => [
      `PUT /channels/${channelId}/messages/${noteId}/reactions/${encodeURIComponent("👍")}/@me`,
    ],
    [403, 50_013],
  ],
])("%s without %s is refused", async (_, permission, request, expected) => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const note = discord.postMessage({ channelId, authorId: personId, content: "x" });
  discord.setOverwrite(channelId, { id: discord.application.botId, deny: [permission] });
  const [line, call] = request({ ...stage, noteId: note.id });
  expect(refusal(await restOf(discord)(line, call))).toEqual(expected);
});

test.each<[string, (ids: Stage & { readonly noteId: string }) => readonly [string, RestCall?], number]>([
  [
    "deleting somebody's message",
    ({ channelId, noteId }) => [`DELETE /channels/${channelId}/messages/${noteId}`],
    50_013,
  ],
  [
    "editing somebody's message",
    ({ channelId, noteId }) => [`PATCH /channels/${channelId}/messages/${noteId}`, hello],
    50_005,
  ],
  [
    "making a webhook",
    ({ channelId }) => [`POST /channels/${channelId}/webhooks`, { body: { name: "x" } }],
    50_013,
  ],
  [
    "renaming the channel",
    ({ channelId }) => [`PATCH /channels/${channelId}`, { body: { name: "x" } }],
    50_013,
  ],
])("%s takes more than a member's rights", async (_, request, code) => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  const note = discord.postMessage({ channelId, authorId: personId, content: "x" });
  const [line, call] = request({ ...stage, noteId: note.id });
  expect(refusal(await restOf(discord)(line, call))).toEqual([403, code]);
});

test("without READ_MESSAGE_HISTORY the list of messages is empty, not refused", async () => {
  await using stage = await setStage();
  const { discord, channelId, personId } = stage;
  discord.postMessage({ channelId, authorId: personId, content: "x" });
  discord.setOverwrite(channelId, { id: discord.application.botId, deny: ["readMessageHistory"] });
  const reply = await restOf(discord)(`GET /channels/${channelId}/messages`);
  expect([reply.status, reply.body]).toEqual([200, []]);
});

test("text in a voice channel needs CONNECT", async () => {
  await using stage = await setStage();
  const { discord, guildId } = stage;
  const room = discord.createChannel({ guildId, name: "room", type: "voice" });
  discord.setOverwrite(room.id, { id: guildId, deny: ["connect"] });
  expect(refusal(await restOf(discord)(`POST /channels/${room.id}/messages`, hello))).toEqual([403, 50_001]);
});

test("a member in time-out may read but not write", async () => {
  await using stage = await setStage();
  const { discord, guildId, channelId } = stage;
  discord.changeMember(guildId, discord.application.botId, { timedOutUntilMs: Date.now() + 60_000 });
  const call = restOf(discord);
  expect((await call(`GET /channels/${channelId}`)).status).toBe(200);
  expect(refusal(await call(`POST /channels/${channelId}/messages`, hello))).toEqual([403, 50_013]);
});

test("a role's overwrite gives back what everyone's takes away", async () => {
  await using stage = await setStage();
  const { discord, guildId, channelId } = stage;
  const role = discord.createRole({ guildId, name: "scribe" });
  discord.changeMember(guildId, discord.application.botId, { roleIds: [role.id] });
  discord.setOverwrite(channelId, { id: guildId, deny: ["sendMessages"] });
  const call = restOf(discord);
  expect(refusal(await call(`POST /channels/${channelId}/messages`, hello))).toEqual([403, 50_013]);
  discord.setOverwrite(channelId, { id: role.id, allow: ["sendMessages"] });
  expect((await call(`POST /channels/${channelId}/messages`, hello)).status).toBe(200);
});

test("a file over 10 MiB is refused with 40005", async () => {
  await using stage = await setStage();
  const parts = [{ name: "files[0]", content: "x".repeat(10 * 1024 * 1024 + 1), filename: "big.txt" }];
  const reply = await restOf(stage.discord)(`POST /channels/${stage.channelId}/messages`, { parts });
  expect(refusal(reply)).toEqual([413, 40_005]);
});

test.each<[string, object, readonly object[], number]>([
  ["content", { content: "x", flags: 8192 }, [], 50_159],
  ["no file", { flags: 8192 }, [], 50_160],
  [
    "a file that is not audio",
    { flags: 8192, attachments: [{ id: 0, duration_secs: 1, waveform: "AA==" }] },
    [{ filename: "x.txt" }],
    50_160,
  ],
  ["no length", { flags: 8192 }, [{ filename: "x.ogg" }], 50_161],
])("a voice message with %s is refused", async (_, payload, files, code) => {
  await using stage = await setStage();
  const parts = [
    ...files.map((file, index) => ({ name: `files[${index}]`, content: "x", ...file })),
    { name: "payload_json", content: JSON.stringify(payload) },
  ];
  const reply = await restOf(stage.discord)(`POST /channels/${stage.channelId}/messages`, { parts });
  expect(refusal(reply)).toEqual([400, code]);
});

test("a whole voice message is accepted, and cannot be edited", async () => {
  await using stage = await setStage();
  const call = restOf(stage.discord);
  const payload = { flags: 8192, attachments: [{ id: 0, duration_secs: 1.5, waveform: "AA==" }] };
  const parts = [
    { name: "files[0]", content: "OggS", filename: "voice-message.ogg" },
    { name: "payload_json", content: JSON.stringify(payload) },
  ];
  const sent = await call(`POST /channels/${stage.channelId}/messages`, { parts });
  expect(sent.body).toMatchObject({ flags: 8192, attachments: [{ duration_secs: 1.5, waveform: "AA==" }] });
  const edited = await call(`PATCH /channels/${stage.channelId}/messages/${sent.body.id}`, hello);
  expect(refusal(edited)).toEqual([400, 50_162]);
});

test("old messages take three edits in six seconds, then 30046", async () => {
  await using stage = await setStage();
  const call = restOf(stage.discord);
  const { body } = await call(`POST /channels/${stage.channelId}/messages`, hello);
  stage.discord.clock.advance(3_700_000);
  const path = `PATCH /channels/${stage.channelId}/messages/${body.id}`;
  for (const content of ["1", "2", "3"]) expect((await call(path, { body: { content } })).status).toBe(200);
  expect(refusal(await call(path, { body: { content: "4" } }))).toEqual([429, 30_046]);
  stage.discord.clock.advance(6000);
  expect((await call(path, { body: { content: "4" } })).status).toBe(200);
});

test.each<[string, object, object]>([
  [
    "an upper-case name",
    { name: "Say", description: "x" },
    { 0: { name: issue("APPLICATION_COMMAND_INVALID_NAME") } },
  ],
  ["no description", { name: "say" }, { 0: { description: issue("BASE_TYPE_REQUIRED") } }],
  [
    "a described menu",
    { name: "Say", type: 3, description: "x" },
    { 0: { description: issue("APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED") } },
  ],
  [
    "a required option after an optional one",
    {
      name: "say",
      description: "x",
      options: [
        { type: 3, name: "a", description: "x" },
        { type: 3, name: "b", description: "x", required: true },
      ],
    },
    { 0: { options: { 1: issue("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID") } } },
  ],
  [
    "26 choices",
    {
      name: "say",
      description: "x",
      options: [
        {
          type: 3,
          name: "a",
          description: "x",
          choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })),
        },
      ],
    },
    { 0: { options: { 0: { choices: issue("BASE_TYPE_MAX_LENGTH") } } } },
  ],
  [
    "an unknown locale",
    { name: "say", description: "x", name_localizations: { xx: "y" } },
    { 0: { name_localizations: { xx: issue("ENUM_TYPE_COERCE") } } },
  ],
])("a command with %s is refused", async (_, command, issues) => {
  await using stage = await setStage();
  const { discord } = stage;
  const reply = await restOf(discord)(`PUT /applications/${discord.application.id}/commands`, {
    body: [command],
  });
  expect(refusal(reply)).toEqual([400, 50_035]);
  expect(reply.body.errors).toEqual(issues);
});

test("sixteen message commands are too many", async () => {
  await using stage = await setStage();
  const body = Array.from({ length: 16 }, (_, n) => ({ name: `Menu ${n}`, type: 3 }));
  const reply = await restOf(stage.discord)(`PUT /applications/${stage.discord.application.id}/commands`, {
    body,
  });
  expect(refusal(reply)).toEqual([400, 30_032]);
});

test("another app's commands are out of reach", async () => {
  await using stage = await setStage();
  const other = stage.discord.createApplication({ name: "Other" });
  const reply = await restOf(stage.discord)(`GET /applications/${other.id}/commands`);
  expect(refusal(reply)).toEqual([403, 20_012]);
});
