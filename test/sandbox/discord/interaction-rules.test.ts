import { expect, test } from "vitest";

import { setStage, type Stage } from "./discord-bot.ts";
import { isEvent, openRaw } from "./raw-gateway.ts";
import { refusal, restOf, type RestReply } from "./rest-call.ts";

/** An interaction as it came over the gateway. */
interface Arrived {
  readonly id: string;
  readonly token: string;
  readonly locale: string;
  readonly context: number;
  readonly app_permissions: string;
  readonly authorizing_integration_owners: object;
}

interface Scene extends Stage {
  readonly interaction: Arrived;
  readonly callback: (body: object, query?: string) => Promise<RestReply>;
  /** A request on the interaction's webhook. */
  readonly hook: (method: string, rest?: string, body?: object) => Promise<RestReply>;
}

/** Registers one command, lets the person use it, and catches the interaction. */
async function used(stage: Stage, { inDm = false } = {}): Promise<Scene> {
  const { discord, personId } = stage;
  const call = restOf(discord);
  const { id: applicationId, botId } = discord.application;
  await call(`PUT /applications/${applicationId}/commands`, {
    body: [{ name: "say", description: "x", contexts: [0, 1, 2], integration_types: [0, 1] }],
  });
  await using raw = await openRaw(discord);
  raw.identify();
  await raw.packet(isEvent("GUILD_CREATE"));
  const channelId = inDm ? discord.openDm(personId, botId).id : stage.channelId;
  discord.runCommand({ userId: personId, channelId, name: "say", locale: "zh-CN" });
  const { d } = await raw.packet(isEvent("INTERACTION_CREATE"));
  const interaction = d as Arrived;
  const base = `/webhooks/${applicationId}/${interaction.token}`;
  return {
    ...stage,
    channelId,
    interaction,
    callback: (body, query = "") =>
      call(`POST /interactions/${interaction.id}/${interaction.token}/callback${query}`, {
        body,
        token: undefined,
      }),
    hook: (method, rest = "", body) =>
      call(`${method} ${base}${rest}`, { token: undefined, ...(body && { body }) }),
  };
}

const say = { type: 4, data: { content: "hello" } };

test("the interaction says where it comes from and who authorized it", async () => {
  await using stage = await setStage();
  const { interaction } = await used(stage);
  expect(interaction).toMatchObject({
    locale: "zh-CN",
    context: 0,
    authorizing_integration_owners: { "0": stage.guildId },
  });
  expect(BigInt(interaction.app_permissions) & (1n << 11n)).toBe(1n << 11n);
});

test("whoever may not send may not attach files either, whatever its roles say", async () => {
  await using stage = await setStage();
  const { discord, channelId } = stage;
  discord.setOverwrite(channelId, { id: discord.application.botId, deny: ["sendMessages"] });
  const { interaction } = await used(stage);
  expect(BigInt(interaction.app_permissions) & (1n << 15n)).toBe(0n);
});

test("in a DM with the bot the guild owner is 0, and its answer is a message there", async () => {
  await using stage = await setStage();
  const { interaction, callback, channelId } = await used(stage, { inDm: true });
  expect(interaction).toMatchObject({ context: 1, authorizing_integration_owners: { "0": "0" } });
  expect((await callback(say)).status).toBe(204);
  expect(stage.discord.messages(channelId)).toMatchObject([{ content: "hello" }]);
});

test("three seconds later the interaction is unknown, and the person sees that it failed", async () => {
  await using stage = await setStage();
  const { interaction, callback } = await used(stage);
  stage.discord.clock.advance(3001);
  expect(stage.discord.interaction(interaction.id).state).toBe("failed");
  expect(refusal(await callback(say))).toEqual([404, 10_062]);
});

test("a second acknowledgement is refused with 40060", async () => {
  await using stage = await setStage();
  const { callback } = await used(stage);
  await callback({ type: 5 });
  expect(refusal(await callback(say))).toEqual([400, 40_060]);
});

test("the webhook is unknown until the interaction is acknowledged", async () => {
  await using stage = await setStage();
  const { hook } = await used(stage);
  expect(refusal(await hook("PATCH", "/messages/@original", { content: "x" }))).toEqual([404, 10_015]);
  expect(refusal(await hook("POST", "", { content: "x" }))).toEqual([404, 10_015]);
});

test("after fifteen minutes the token is dead", async () => {
  await using stage = await setStage();
  const { callback, hook } = await used(stage);
  await callback({ type: 5 });
  stage.discord.clock.advance(15 * 60_000 + 1);
  expect(refusal(await hook("PATCH", "/messages/@original", { content: "x" }))).toEqual([401, 50_027]);
});

test.each([
  ["an update without a message", { type: 7, data: { content: "x" } }],
  ["choices for a command", { type: 8, data: { choices: [] } }],
  ["a type that does not exist", { type: 99 }],
  ["a modal without a field", { type: 9, data: { custom_id: "m", title: "t", components: [] } }],
  ["a modal with a long title", { type: 9, data: { custom_id: "m", title: "t".repeat(46), components: [] } }],
])("a callback with %s is refused and can be made good", async (_, body) => {
  await using stage = await setStage();
  const { callback } = await used(stage);
  expect(refusal(await callback(body))).toEqual([400, 50_035]);
  expect((await callback(say)).status).toBe(204);
});

test("a deferral decides who sees the answer; the first follow-up fills it in", async () => {
  await using stage = await setStage();
  const { callback, hook, interaction, channelId } = await used(stage);
  await callback({ type: 5, data: { flags: 64 } });
  expect(stage.discord.interactionReplies(interaction.id)).toMatchObject([{ content: "", flags: 64 | 128 }]);
  await hook("POST", "", { content: "the answer" });
  expect(stage.discord.interactionReplies(interaction.id)).toMatchObject([
    { content: "the answer", flags: 64 },
  ]);
  expect(stage.discord.messages(channelId)).toEqual([]);
});

test("a public deferral is seen loading, and its first edit is no edit", async () => {
  await using stage = await setStage();
  const { callback, hook, channelId } = await used(stage);
  await callback({ type: 5 });
  expect(stage.discord.messages(channelId)).toMatchObject([{ flags: 128 }]);
  await hook("PATCH", "/messages/%40original", { content: "the answer" });
  expect(stage.discord.messages(channelId)).toMatchObject([{ flags: 0, edited_timestamp: null }]);
  await hook("PATCH", "/messages/@original", { content: "the better answer" });
  expect(stage.discord.messages(channelId)).toMatchObject([{ edited_timestamp: expect.any(String) }]);
});

test("with_response tells of the message that was made", async () => {
  await using stage = await setStage();
  const { callback, interaction } = await used(stage);
  const { status, body } = await callback(
    { type: 4, data: { content: "x", flags: 64 } },
    "?with_response=true",
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({
    interaction: { id: interaction.id, response_message_ephemeral: true },
    resource: { type: 4, message: { content: "x", flags: 64 } },
  });
});

test("a deleted answer is an unknown message", async () => {
  await using stage = await setStage();
  const { callback, hook } = await used(stage);
  await callback(say);
  expect((await hook("DELETE", "/messages/@original")).status).toBe(204);
  expect(refusal(await hook("GET", "/messages/@original"))).toEqual([404, 10_008]);
});

test("answers to an app that only the person installed are ephemeral where external apps are not welcome", async () => {
  await using stage = await setStage();
  const { discord, personId, guildId, channelId } = stage;
  const scene = await used(stage);
  const guest = discord.createUser({ username: "guest" });
  discord.addMember({ guildId, userId: guest.id });
  discord.installForUser(guest.id);
  discord.setOverwrite(channelId, { id: guildId, deny: ["useExternalApps"] });
  await using raw = await openRaw(discord);
  raw.identify();
  await raw.packet(isEvent("GUILD_CREATE"));
  const { id } = discord.runCommand({ userId: guest.id, channelId, name: "say", owners: ["user"] });
  const { token } = (await raw.packet(isEvent("INTERACTION_CREATE"))).d as Arrived;
  await restOf(discord)(`POST /interactions/${id}/${token}/callback`, { body: say, token: undefined });
  expect(discord.interactionReplies(id)).toMatchObject([{ content: "hello", flags: 64 }]);
  expect(scene.personId).toBe(personId);
});

test("people cannot use what they are not offered", async () => {
  await using stage = await setStage();
  const { discord, personId, channelId } = stage;
  const call = restOf(discord);
  const commands = [
    { name: "admin", description: "x", default_member_permissions: "0" },
    { name: "say", description: "x", options: [{ type: 3, name: "what", description: "x", required: true }] },
  ];
  await call(`PUT /applications/${discord.application.id}/commands`, { body: commands });
  const guest = discord.createUser({ username: "guest" });
  discord.addMember({ guildId: stage.guildId, userId: guest.id });
  const run =
    (userId: string, name: string, options = {}): (() => unknown) =>
    () =>
      discord.runCommand({ userId, channelId, name, options });
  expect(run(guest.id, "admin")).toThrow("no command admin");
  expect(run(personId, "admin")).not.toThrow();
  expect(run(personId, "say")).toThrow("option what is required");
  expect(run(personId, "say", { what: 1 })).toThrow("takes a string");
  expect(run(personId, "nothing")).toThrow("no command nothing");
});
