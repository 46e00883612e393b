import {
  ActionRowBuilder,
  ApplicationCommandType,
  ApplicationIntegrationType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContextMenuCommandBuilder,
  GatewayIntentBits,
  InteractionContextType,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from "discord.js";
import { expect, test } from "vitest";

import { logIn, next, setStage, usualIntents } from "./discord-bot.ts";

const everywhere = [
  InteractionContextType.Guild,
  InteractionContextType.BotDM,
  InteractionContextType.PrivateChannel,
];

const transcribe = new SlashCommandBuilder()
  .setName("transcribe")
  .setDescription("Writes down what a recording says")
  .setIntegrationTypes(ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall)
  .setContexts(...everywhere)
  .addAttachmentOption((option) => option.setName("file").setDescription("The recording"))
  .addBooleanOption((option) => option.setName("private").setDescription("Only for you"));
const privacy = new SlashCommandBuilder()
  .setName("privacy")
  .setDescription("What happens to your voice")
  .addSubcommand((sub) => sub.setName("opt-out").setDescription("Leave me out"));
const menu = new ContextMenuCommandBuilder().setName("Transcribe").setType(ApplicationCommandType.Message);

async function register(bot: Client<true>): Promise<void> {
  await bot.application.commands.set([transcribe.toJSON(), privacy.toJSON(), menu.toJSON()]);
}

async function asked<Kind>(bot: Client): Promise<Kind> {
  const [interaction] = await next(bot, "interactionCreate");
  return interaction as unknown as Kind;
}

test("registered commands read back with their ids, and keep them when registered again", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  await register(bot);
  const first = await bot.application.commands.fetch();
  await register(bot);
  const again = await bot.application.commands.fetch();
  expect(first.map(({ name }) => name).sort()).toEqual(["Transcribe", "privacy", "transcribe"]);
  expect([...again.keys()].sort()).toEqual([...first.keys()].sort());
});

test("a slash command brings its file, and its deferred answer is filled in, followed up and deleted", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  await register(bot);
  const arrival = asked<ChatInputCommandInteraction<"cached">>(bot);
  const { id } = stage.discord.runCommand({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "transcribe",
    options: { file: { filename: "talk.ogg", bytes: Buffer.from("OggS...") }, private: true },
  });
  const interaction = await arrival;
  expect(interaction.member.id).toBe(stage.personId);
  const file = interaction.options.getAttachment("file", true);
  expect(file).toMatchObject({ ephemeral: true, contentType: "audio/ogg" });
  expect(await (await fetch(file.url)).text()).toBe("OggS...");

  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  expect(stage.discord.interaction(id)).toMatchObject({ state: "deferred" });
  await interaction.editReply("the words");
  await interaction.followUp({ content: "and the rest", flags: MessageFlags.Ephemeral });
  const replies = stage.discord.interactionReplies(id);
  expect(replies.map(({ content, flags }) => [content, flags])).toEqual([
    ["the words", MessageFlags.Ephemeral],
    ["and the rest", MessageFlags.Ephemeral],
  ]);
  expect(stage.discord.messages(stage.channelId)).toEqual([]);
  expect((await interaction.fetchReply()).content).toBe("the words");
  await interaction.deleteReply();
  expect(stage.discord.interactionReplies(id).map(({ content }) => content)).toEqual(["and the rest"]);
});

test("a public answer is a message of the channel that names its command", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  await register(bot);
  const arrival = asked<ChatInputCommandInteraction>(bot);
  stage.discord.runCommand({ userId: stage.personId, channelId: stage.channelId, name: "privacy opt-out" });
  const interaction = await arrival;
  expect(interaction.options.getSubcommand()).toBe("opt-out");
  const { resource } = await interaction.reply({ content: "done", withResponse: true });
  expect(resource?.message?.content).toBe("done");
  expect(stage.discord.messages(stage.channelId)).toMatchObject([
    { content: "done", type: 20, interaction_metadata: { user: { id: stage.personId } } },
  ]);
});

test("the message menu carries the target's words and file without MESSAGE_CONTENT", async () => {
  await using stage = await setStage();
  await using bot = await logIn(
    stage.discord,
    usualIntents.filter((one) => one !== GatewayIntentBits.MessageContent),
  );
  await register(bot);
  const note = stage.discord.postVoiceNote({
    channelId: stage.channelId,
    authorId: stage.personId,
    bytes: Buffer.from("voice"),
    durationSecs: 3,
  });
  const arrival = asked<MessageContextMenuCommandInteraction>(bot);
  stage.discord.runMenu({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "Transcribe",
    targetId: note.id,
  });
  const { targetMessage } = await arrival;
  expect(targetMessage.flags.has(MessageFlags.IsVoiceMessage)).toBe(true);
  expect(targetMessage.attachments.first()?.size).toBe(5);
});

test("a button updates its message, and another one opens a modal that is sent off", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId("retry:1").setLabel("Retry").setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId("tell").setLabel("Tell us").setStyle(ButtonStyle.Secondary),
  );
  const channel = bot.channels.cache.get(stage.channelId);
  if (!channel?.isSendable()) throw new Error("no channel");
  const message = await channel.send({ content: "it failed", components: [buttons] });

  const press = asked<ButtonInteraction>(bot);
  const click = stage.discord.clickButton({ messageId: message.id, userId: stage.personId, label: "Retry" });
  const retry = await press;
  expect(retry.customId).toBe("retry:1");
  await retry.update({ content: "trying again" });
  expect(stage.discord.messages(stage.channelId)).toMatchObject([
    { id: message.id, content: "trying again" },
  ]);
  expect(stage.discord.interaction(click.id).state).toBe("answered");

  const tell = asked<ButtonInteraction>(bot);
  const telling = stage.discord.clickButton({
    messageId: message.id,
    userId: stage.personId,
    customId: "tell",
  });
  const words = new TextInputBuilder().setCustomId("words").setStyle(TextInputStyle.Paragraph);
  const label = new LabelBuilder().setLabel("What did it say?").setTextInputComponent(words);
  await (
    await tell
  ).showModal(new ModalBuilder().setCustomId("telling").setTitle("Tell us").addLabelComponents(label));
  const submission = asked<ModalSubmitInteraction>(bot);
  stage.discord.submitModal({ interactionId: telling.id, values: { words: "good morning" } });
  const sent = await submission;
  expect(sent.fields.getTextInputValue("words")).toBe("good morning");
  await sent.reply({ content: "thank you", flags: MessageFlags.Ephemeral });
  expect(stage.discord.messages(stage.channelId)).toHaveLength(1);
});

test("an app that only a person installed answers in a server it is not in, with five follow-ups", async () => {
  await using stage = await setStage();
  const { discord, personId } = stage;
  await using bot = await logIn(discord);
  await register(bot);
  const elsewhere = discord.createGuild({ name: "Elsewhere", ownerId: personId });
  const channel = discord.createChannel({ guildId: elsewhere.id, name: "there" });
  discord.installForUser(personId);
  const arrival = asked<ChatInputCommandInteraction>(bot);
  const { id } = discord.runCommand({ userId: personId, channelId: channel.id, name: "transcribe" });
  const interaction = await arrival;
  expect(interaction.authorizingIntegrationOwners).toMatchObject({ guildId: null, userId: personId });
  expect(interaction.inCachedGuild()).toBe(false);
  await interaction.reply("first");
  for (const number of [1, 2, 3, 4, 5]) await interaction.followUp(`follow-up ${number}`);
  await expect(interaction.followUp("one too many")).rejects.toMatchObject({ code: 40_094 });
  expect(discord.interactionReplies(id)).toHaveLength(6);
});

function textFile(name: string): AttachmentBuilder {
  return new AttachmentBuilder(Buffer.from(name), { name });
}

test("an answer carries files, and an edit of it brings others", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  await register(bot);
  const arrival = asked<ChatInputCommandInteraction>(bot);
  const { id } = stage.discord.runCommand({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "transcribe",
  });
  const interaction = await arrival;
  await interaction.reply({ files: [textFile("one.txt")], flags: MessageFlags.Ephemeral });
  const shown = (): readonly { readonly filename: string; readonly url: string }[] =>
    stage.discord.interactionReplies(id)[0]?.attachments ?? [];
  const [first] = shown();
  expect(first).toMatchObject({
    filename: "one.txt",
    url: expect.stringContaining("/ephemeral-attachments/"),
  });
  expect(await (await fetch(first!.url)).text()).toBe("one.txt");
  await interaction.editReply({ files: [textFile("two.txt")] });
  expect(shown().map(({ filename }) => filename)).toEqual(["two.txt"]);
});

test("an option with autocomplete asks the app while somebody types", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const say = new SlashCommandBuilder()
    .setName("say")
    .setDescription("x")
    .addStringOption((option) => option.setName("language").setDescription("x").setAutocomplete(true));
  await bot.application.commands.set([say.toJSON()]);
  const arrival = asked<AutocompleteInteraction>(bot);
  const { id } = stage.discord.typeInOption({
    userId: stage.personId,
    channelId: stage.channelId,
    name: "say",
    focused: "language",
    text: "en",
  });
  const interaction = await arrival;
  expect(interaction.options.getFocused()).toBe("en");
  await interaction.respond([{ name: "English", value: "en" }]);
  expect(stage.discord.interaction(id)).toMatchObject({
    state: "choices",
    choices: [{ name: "English", value: "en" }],
  });
});

test("a select brings the values chosen, and refuses those it does not have", async () => {
  await using stage = await setStage();
  await using bot = await logIn(stage.discord);
  const { discord, personId, channelId } = stage;
  const options = ["english", "chinese"].map((value) => ({ label: value, value }));
  const select = new StringSelectMenuBuilder().setCustomId("language").addOptions(options);
  const row = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select);
  const channel = bot.channels.cache.get(channelId);
  if (!channel?.isSendable()) throw new Error("no channel");
  const message = await channel.send({ content: "which?", components: [row] });
  const choose = (values: readonly string[]): void => {
    discord.chooseInMenu({ messageId: message.id, userId: personId, customId: "language", values });
  };
  expect(() => choose(["french"])).toThrow("cannot be chosen");
  const arrival = asked<StringSelectMenuInteraction>(bot);
  choose(["chinese"]);
  const interaction = await arrival;
  expect(interaction.values).toEqual(["chinese"]);
  await interaction.deferUpdate();
  await interaction.editReply({ content: "chinese it is", components: [] });
  expect(discord.messages(channelId)).toMatchObject([
    { id: message.id, content: "chinese it is", components: [] },
  ]);
});
