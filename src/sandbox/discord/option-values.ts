import { optionType } from "./command-form.ts";
import type { Channel, Id, Payload } from "./entities.ts";
import { storeUpload, type Upload } from "./uploads.ts";
import { channelPayload, memberPayload, rolePayload, userPayload } from "./wire.ts";
import { attachmentPayload } from "./wire-messages.ts";
import { permissionsIn, userNamed, type World } from "./world.ts";

/** What somebody types in an option: text, a number, yes or no, an id, or a file. */
export type OptionValue = string | number | boolean | Upload;

/** An option as a command defines it. */
export type OptionPayload = Payload & {
  readonly name: string;
  readonly type: number;
  readonly required?: boolean;
  readonly options?: readonly OptionPayload[];
};

/** Users, channels and files that options name, as `resolved` shows them. */
export type Resolved = Record<string, Record<Id, object>>;

/** Notes a user, and their membership where the channel has any. */
export function resolveUser(world: World, channel: Channel, id: Id, resolved: Resolved): void {
  resolved["users"] = { ...resolved["users"], [id]: userPayload(userNamed(world, id)) };
  const member = world.guilds.get(channel.guildId ?? "")?.members.get(id);
  if (!member) return;
  const permissions = permissionsIn(world, id, channel).toString();
  resolved["members"] = {
    ...resolved["members"],
    [id]: { ...memberPayload(world, member, false), permissions },
  };
}

/** Where options are filled in, and by whom. */
export interface Filling {
  readonly given: Readonly<Record<string, OptionValue>>;
  readonly channel: Channel;
  readonly userId: Id;
  readonly resolved: Resolved;
}

function resolve(resolved: Resolved, kind: string, id: Id, payload: object): void {
  resolved[kind] = { ...resolved[kind], [id]: payload };
}

function resolveChannel(world: World, id: Id, { userId, resolved }: Filling): void {
  const named = world.channels.get(id);
  if (!named) throw new Error(`no channel ${id}`);
  const permissions = permissionsIn(world, userId, named).toString();
  resolve(resolved, "channels", id, { ...channelPayload(world, named, userId), permissions });
}

function resolveRole(world: World, id: Id, { channel, resolved }: Filling): void {
  const role = world.guilds.get(channel.guildId ?? "")?.roles.get(id);
  if (!role) throw new Error(`no role ${id}`);
  resolve(resolved, "roles", id, rolePayload(role));
}

/** Turns what was typed into the option's value on the wire, and notes what it names. */
function valueOf(world: World, type: number, value: OptionValue, filling: Filling): unknown {
  const { channel, resolved } = filling;
  if (typeof value === "object") {
    // Files of slash commands are ephemeral from the start.
    const attachment = storeUpload(world, value, { channelId: channel.id, ephemeral: true });
    resolve(resolved, "attachments", attachment.id, attachmentPayload(world, attachment));
    return attachment.id;
  }
  const id = String(value);
  const isUser = type === optionType.user || (type === optionType.mentionable && world.users.has(id));
  if (isUser) resolveUser(world, channel, id, resolved);
  else if (type === optionType.channel) resolveChannel(world, id, filling);
  else if (type === optionType.role || type === optionType.mentionable) resolveRole(world, id, filling);
  return value;
}

const jsTypes: Readonly<Record<number, string>> = {
  3: "string",
  4: "number",
  5: "boolean",
  10: "number",
  11: "object",
};

function checkValue(option: OptionPayload, value: OptionValue): void {
  const wanted = jsTypes[option.type] ?? "string";
  if (typeof value !== wanted) throw new Error(`option ${option.name} takes a ${wanted}`);
  const choices = option["choices"] as readonly { readonly value: unknown }[] | undefined;
  if (choices?.length && !choices.some((choice) => choice.value === value))
    throw new Error(`option ${option.name} has no such choice`);
}

/** The options of a use as they go over the wire. Throws where the client would not send them. */
export function filledOptions(
  world: World,
  defined: readonly OptionPayload[],
  filling: Filling,
): readonly Payload[] {
  const { given } = filling;
  const unknown = Object.keys(given).filter((name) => !defined.some((option) => option.name === name));
  if (unknown.length > 0) throw new Error(`no option ${unknown.join(", ")}`);
  return defined.flatMap((option): Payload[] => {
    const { name, type, required } = option;
    const value = given[name];
    if (value === undefined) {
      if (required === true) throw new Error(`option ${name} is required`);
      return [];
    }
    checkValue(option, value);
    return [{ name, type, value: valueOf(world, type, value, filling) }];
  });
}
