import { refused } from "./api-error.ts";
import { componentType, readComponents } from "./components.ts";
import { messageFlag, type Message, type MessageReference } from "./entities.ts";
import type { Form } from "./form.ts";
import { isUserInstallOnly, mustBeEphemeral, type Interaction } from "./interactions.ts";
import { attachmentsAfter, readMessage, storeAll, type MessageReading } from "./message-form.ts";
import { post, revise } from "./messages.ts";
import type { World } from "./world.ts";

/** Callback types (Discord API, "Interaction Callback Type"). */
export const callbackType = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

/** Which callbacks an interaction type takes; updates need a message to update. */
const allowedCallbacks: Readonly<Record<Interaction["type"], readonly number[]>> = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  4: [8],
  5: [4, 5, 6, 7],
};

function referenceTo(message: Message, world: World): MessageReference {
  const guildId = world.channels.get(message.channelId)?.guildId;
  return { type: "reply", channelId: message.channelId, guildId, messageId: message.id };
}

interface Answer {
  readonly form: Form;
  readonly files: MessageReading["files"];
}

/** What every message of an interaction shares: it is the app's, and ephemeral ones are for the caller alone. */
function answerFields(
  interaction: Interaction,
  ephemeral: boolean,
): {
  readonly flags: number;
  readonly fields: Pick<Message, "authorId" | "applicationId" | "webhook" | "onlyFor" | "interaction">;
} {
  const { application, userId } = interaction;
  return {
    flags: ephemeral ? messageFlag.ephemeral : 0,
    fields: {
      authorId: application.botId,
      applicationId: application.id,
      webhook: { id: application.id, name: application.name, avatar: null },
      onlyFor: ephemeral ? userId : undefined,
      interaction: interaction.metadata,
    },
  };
}

function sendNew(world: World, interaction: Interaction, { form, files }: Answer, type: number): Message {
  const read = readMessage(form, { files, mayBeEphemeral: true });
  const ephemeral = ((read.flags ?? 0) & messageFlag.ephemeral) !== 0 || mustBeEphemeral(world, interaction);
  const { flags, fields } = answerFields(interaction, ephemeral);
  const repliesTo = interaction.source ?? (type === 19 ? interaction.original : undefined);
  const message = post(world, {
    ...fields,
    channel: interaction.channel,
    type,
    content: read.content ?? "",
    flags: (read.flags ?? 0) | flags,
    embeds: read.embeds ?? [],
    components: read.components ?? [],
    attachments: storeAll(world, read, interaction.channel, ephemeral),
    allowedMentions: read.allowedMentions,
    reference: repliesTo && referenceTo(repliesTo, world),
  });
  interaction.replies.push(message);
  return message;
}

/** Changes an answer; the first change of a deferred one is its answer, not an edit. */
export function editAnswer(
  world: World,
  interaction: Interaction,
  message: Message,
  { form, files }: Answer,
): void {
  const isLoading = (message.flags & messageFlag.loading) !== 0;
  const read = readMessage(form, { files, editing: message });
  const attachments = attachmentsAfter(world, read, { message, channel: interaction.channel });
  const flags = (read.flags ?? message.flags) & ~messageFlag.loading;
  revise(world, message, { ...read, flags, attachments }, { silent: isLoading });
  if (isLoading) interaction.state = { type: "answered" };
}

function defer(world: World, interaction: Interaction, form: Form | undefined): void {
  const asked = form?.integer("flags", { min: 0 }) ?? 0;
  form?.check();
  const ephemeral = (asked & messageFlag.ephemeral) !== 0 || mustBeEphemeral(world, interaction);
  const { flags, fields } = answerFields(interaction, ephemeral);
  const message = post(world, {
    ...fields,
    channel: interaction.channel,
    type: interaction.answerType,
    content: "",
    flags: flags | messageFlag.loading,
    reference: interaction.source && referenceTo(interaction.source, world),
  });
  interaction.replies.push(message);
  interaction.original = message;
  interaction.state = { type: "deferred" };
}

function showModal(interaction: Interaction, form: Form): void {
  form.text("custom_id", { required: true, min: 1, max: 100 });
  form.text("title", { required: true, min: 1, max: 45 });
  const read = readComponents(form, "modal");
  if (!read) form.issue("BASE_TYPE_REQUIRED", "This field is required", "components");
  const labels = read?.components.filter(({ type }) => type !== componentType.textDisplay) ?? [];
  if (labels.length === 0)
    form.issue("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.", "components");
  form.check();
  interaction.state = { type: "modal", modal: { ...form.raw, components: read?.components } };
}

function offerChoices(interaction: Interaction, form: Form): void {
  const choices = form.objects("choices", { required: true, max: 25 }) ?? [];
  for (const choice of choices) choice.text("name", { required: true, min: 1, max: 100 });
  form.check();
  interaction.state = { type: "choices", choices: choices.map(({ raw }) => raw) };
}

function readType(interaction: Interaction, form: Form): number {
  const needsSource: readonly number[] = [callbackType.deferredUpdate, callbackType.update];
  const of = allowedCallbacks[interaction.type].filter(
    (one) => interaction.source || !needsSource.includes(one),
  );
  const type = form.integer("type", { required: true, of }) ?? 0;
  form.check();
  return type;
}

function dataOf(form: Form): Form {
  const data = form.object("data", { required: true });
  form.check();
  if (!data) throw refused("malformed");
  return data;
}

/** A locked thread that went to sleep cannot be woken by an answer. */
function refuseSleeping({ channel }: Interaction): void {
  if (channel.thread?.locked && channel.thread.archived) throw refused("archivedThread");
}

/** Carries out the first answer to an interaction. */
export function acknowledge(world: World, interaction: Interaction, { form, files }: Answer): number {
  refuseSleeping(interaction);
  const type = readType(interaction, form);
  const { source } = interaction;
  if (type === callbackType.message) {
    interaction.original = sendNew(world, interaction, { form: dataOf(form), files }, interaction.answerType);
    interaction.state = { type: "answered" };
  } else if (type === callbackType.deferredMessage) defer(world, interaction, form.object("data"));
  else if (type === callbackType.modal) showModal(interaction, dataOf(form));
  else if (type === callbackType.choices) offerChoices(interaction, dataOf(form));
  else if (source) {
    if (type === callbackType.update) editAnswer(world, interaction, source, { form: dataOf(form), files });
    interaction.original = source;
    interaction.state = { type: "answered" };
  }
  interaction.acknowledgedAtMs = world.clock.nowMs();
  world.changed();
  return type;
}

/** A further message. While the answer is deferred it becomes the answer, whatever its own flags say. */
export function followUp(world: World, interaction: Interaction, answer: Answer): Message {
  const { original } = interaction;
  if (original && original.flags & messageFlag.loading) {
    editAnswer(world, interaction, original, answer);
    return original;
  }
  if (isUserInstallOnly(interaction) && interaction.followUps >= 5) throw refused("tooManyFollowUps");
  const message = sendNew(world, interaction, answer, 19);
  interaction.followUps += 1;
  return message;
}
