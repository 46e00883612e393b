import { componentType, eachComponent } from "./components.ts";
import { messageFlag, type Id, type Message, type Payload } from "./entities.ts";
import type { CommandWorld } from "./command-offers.ts";
import { interactionType, type Interaction } from "./interactions.ts";
import { storeUpload, type Upload } from "./uploads.ts";
import { attachmentPayload } from "./wire-messages.ts";
import { userPayload } from "./wire.ts";
import { permissionsIn, type World } from "./world.ts";

export interface ButtonClick {
  readonly messageId: Id;
  readonly userId: Id;
  /** Or by its label, as a reader would. */
  readonly customId?: string;
  readonly label?: string;
  readonly locale?: string;
}

export interface MenuChoice {
  readonly messageId: Id;
  readonly userId: Id;
  readonly customId: string;
  readonly values: readonly string[];
  readonly locale?: string;
}

export interface ModalSubmit {
  /** The interaction that was answered with the modal. */
  readonly interactionId: Id;
  /** By custom_id: text, the values of a select, or files. */
  readonly values: Readonly<Record<string, string | readonly string[] | readonly Upload[]>>;
}

function messageAnywhere(world: World, messageId: Id): Message {
  for (const messages of world.messages.values()) {
    const message = messages.get(messageId);
    if (message) return message;
  }
  throw new Error(`no message ${messageId}`);
}

interface Use {
  readonly messageId: Id;
  readonly userId: Id;
  readonly locale?: string | undefined;
  readonly data: Payload;
}

function use(
  { world, interactions }: CommandWorld,
  { messageId, userId, locale, data }: Use,
  component: Payload,
): Interaction {
  const message = messageAnywhere(world, messageId);
  const channel = world.channels.get(message.channelId);
  const application =
    world.applications.get(message.applicationId ?? "") ??
    [...world.applications.values()].find(({ botId }) => botId === message.authorId);
  const sees =
    message.onlyFor === undefined
      ? channel && permissionsIn(world, userId, channel) !== 0n
      : message.onlyFor === userId;
  if (!channel || !application || !sees) throw new Error(`${userId} does not see message ${messageId}`);
  if (component["disabled"] === true) throw new Error("this component is disabled");
  if (message.flags & messageFlag.loading) throw new Error("this message is still loading");
  const owners = message.interaction?.["authorizing_integration_owners"] as
    | Readonly<Record<string, string>>
    | undefined;
  const isUserOnly = owners !== undefined && !("0" in owners);
  return interactions.open({
    type: interactionType.component,
    application,
    userId,
    channel,
    owners: isUserOnly ? ["user"] : ["guild"],
    source: message,
    metadata: { interacted_message_id: message.id },
    ...(locale !== undefined && { locale }),
    data,
  });
}

/** Somebody presses a button. Throws where there is none to press. */
export function clickButton(at: CommandWorld, click: ButtonClick): Interaction {
  const message = messageAnywhere(at.world, click.messageId);
  const button = [...eachComponent(message.components)].find(
    (one) =>
      one["type"] === componentType.button &&
      (click.customId === undefined ? one["label"] === click.label : one["custom_id"] === click.customId),
  );
  if (!button || button["custom_id"] === undefined)
    throw new Error(`no button ${click.customId ?? click.label} on ${click.messageId}`);
  const data = { custom_id: button["custom_id"], component_type: componentType.button, id: button["id"] };
  return use(at, { ...click, data }, button);
}

/** Somebody chooses in a select. */
export function chooseInMenu(at: CommandWorld, choice: MenuChoice): Interaction {
  const message = messageAnywhere(at.world, choice.messageId);
  const select = [...eachComponent(message.components)].find(
    (one) => one["custom_id"] === choice.customId && one["type"] !== componentType.button,
  );
  if (!select) throw new Error(`no select ${choice.customId} on ${choice.messageId}`);
  const options = (select["options"] ?? []) as readonly { readonly value: string }[];
  const isOpen = select["type"] !== componentType.stringSelect;
  const unknown = choice.values.filter(
    (value) => !isOpen && !options.some((option) => option.value === value),
  );
  const [min, max] = [Number(select["min_values"] ?? 1), Number(select["max_values"] ?? 1)];
  if (unknown.length > 0 || choice.values.length < min || choice.values.length > max) {
    throw new Error(`these values cannot be chosen: ${choice.values.join(", ")}`);
  }
  const users = select["type"] === componentType.userSelect ? choice.values : [];
  const resolved = Object.fromEntries(
    users.flatMap((id) => at.world.users.get(id) ?? []).map((user) => [user.id, userPayload(user)]),
  );
  const data = {
    custom_id: choice.customId,
    component_type: select["type"],
    id: select["id"],
    values: choice.values,
    ...(users.length > 0 && { resolved: { users: resolved } }),
  };
  return use(at, { ...choice, data }, select);
}

function fits(text: string, input: Payload): boolean {
  const min = Number(input["min_length"] ?? 0);
  const max = Number(input["max_length"] ?? 4000);
  return text.length >= min && text.length <= max;
}

/** One field of a modal as it is submitted. */
function submitted(
  world: World,
  input: Payload,
  {
    value,
    channelId,
    attachments,
  }: {
    readonly value: ModalSubmit["values"][string] | undefined;
    readonly channelId: Id;
    readonly attachments: Record<Id, object>;
  },
): Payload {
  const customId = String(input["custom_id"]);
  const base = { type: input["type"], id: input["id"], custom_id: customId };
  if (input["required"] !== false && (value === undefined || value.length === 0))
    throw new Error(`${customId} is required`);
  if (input["type"] === componentType.textInput) {
    const text = typeof value === "string" ? value : "";
    if (text !== "" && !fits(text, input)) throw new Error(`${customId} is too short or too long`);
    return { ...base, value: text };
  }
  const values = typeof value === "string" ? [value] : (value ?? []);
  return {
    ...base,
    values: values.map((one) => {
      if (typeof one === "string") return one;
      const file = storeUpload(world, one, { channelId, ephemeral: true });
      attachments[file.id] = attachmentPayload(world, file);
      return file.id;
    }),
  };
}

function submittedField(
  world: World,
  field: Payload,
  rest: {
    readonly values: ModalSubmit["values"];
    readonly channelId: Id;
    readonly attachments: Record<Id, object>;
  },
): Payload {
  const one = (input: Payload): Payload =>
    submitted(world, input, { ...rest, value: rest.values[String(input["custom_id"])] });
  if (field["type"] === componentType.label)
    return { type: field["type"], id: field["id"], component: one(field["component"] as Payload) };
  if (field["type"] === componentType.actionRow) {
    return {
      type: field["type"],
      id: field["id"],
      components: (field["components"] as readonly Payload[]).map(one),
    };
  }
  return { type: field["type"], id: field["id"] };
}

/** Somebody sends a modal off. */
export function submitModal(
  { world, interactions }: CommandWorld,
  { interactionId, values }: ModalSubmit,
): Interaction {
  const asked = interactions.get(interactionId);
  if (asked?.state.type !== "modal") throw new Error(`interaction ${interactionId} shows no modal`);
  const { modal } = asked.state;
  const attachments: Record<Id, object> = {};
  const rest = { values, channelId: asked.channel.id, attachments };
  const components = (modal["components"] as readonly Payload[]).map((field) =>
    submittedField(world, field, rest),
  );
  const hasFiles = Object.keys(attachments).length > 0;
  return interactions.open({
    type: interactionType.modalSubmit,
    application: asked.application,
    userId: asked.userId,
    channel: asked.channel,
    owners: asked.owners,
    source: asked.source,
    metadata: { triggering_interaction_metadata: asked.metadata },
    data: { custom_id: modal["custom_id"], components, ...(hasFiles && { resolved: { attachments } }) },
  });
}
