import { findCall, type CommandUse, type CommandWorld } from "./command-offers.ts";
import { commandType, optionType } from "./command-form.ts";
import type { Id, Payload } from "./entities.ts";
import { interactionType, type Interaction, type NewInteraction } from "./interactions.ts";
import {
  filledOptions,
  resolveUser,
  type OptionPayload,
  type OptionValue,
  type Resolved,
} from "./option-values.ts";
import { messagePayload, omniscient } from "./wire-messages.ts";

/** A slash command; its name with the subcommands, as "privacy opt-out". */
export interface CommandRun extends CommandUse {
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** A command of the context menu. */
export interface MenuRun extends CommandUse {
  /** The message or user it is used on. */
  readonly targetId: Id;
}

/** Somebody typing in an option with autocomplete. */
export interface OptionTyping extends CommandRun {
  /** The option that is being typed in. */
  readonly focused: string;
  readonly text: string;
}

/** The subcommands on the way to the options that take values. */
function stepsOf(
  payload: Payload,
  path: readonly string[],
): { readonly steps: readonly OptionPayload[]; readonly defined: readonly OptionPayload[] } {
  let defined = (payload["options"] ?? []) as readonly OptionPayload[];
  const steps: OptionPayload[] = [];
  for (const name of path) {
    const step = defined.find((option) => option.name === name && option.type <= optionType.group);
    if (!step) throw new Error(`no subcommand ${name}`);
    steps.push(step);
    defined = step.options ?? [];
  }
  if (defined.some(({ type }) => type <= optionType.group)) throw new Error("a subcommand is missing");
  return { steps, defined };
}

function nestedIn(steps: readonly OptionPayload[], values: readonly Payload[]): readonly Payload[] {
  return steps.reduceRight<readonly Payload[]>(
    (inner, { name, type }) => [{ name, type, options: inner }],
    values,
  );
}

/** What all uses of a command share on the wire. */
function useOf(
  { world }: CommandWorld,
  run: CommandUse,
  types: readonly number[],
): Omit<NewInteraction, "type" | "data"> & { readonly command: Payload & { readonly type: number } } {
  const { application, channel, command, owners } = findCall(world, run, types);
  const { id, guildId, payload } = command;
  return {
    application,
    channel,
    owners,
    userId: run.userId,
    ...(run.locale !== undefined && { locale: run.locale }),
    command: {
      ...payload,
      id,
      type: payload.type,
      ...(guildId !== undefined && { guild_id: guildId }),
    },
  };
}

function identity({ id, name, type, guild_id: guildId }: Payload): Payload {
  return { id, name, type, ...(guildId !== undefined && { guild_id: guildId }) };
}

/** Somebody uses a slash command. Throws where the client would not offer or send it. */
export function runCommand(at: CommandWorld, run: CommandRun): Interaction {
  const { command, ...use } = useOf(at, run, [commandType.chat]);
  const { steps, defined } = stepsOf(command, run.name.split(" ").slice(1));
  const resolved: Resolved = {};
  const given = run.options ?? {};
  const options = nestedIn(
    steps,
    filledOptions(at.world, defined, { given, channel: use.channel, userId: run.userId, resolved }),
  );
  return at.interactions.open({
    ...use,
    type: interactionType.command,
    answerType: 20,
    metadata: { command_type: 1, name: run.name },
    data: {
      ...identity(command),
      ...(options.length > 0 && { options }),
      ...(Object.keys(resolved).length > 0 && { resolved }),
    },
  });
}

/** Somebody uses a context menu command, on a message or on a user. */
export function runMenu(at: CommandWorld, run: MenuRun): Interaction {
  const { world } = at;
  const { command, ...use } = useOf(at, run, [commandType.user, commandType.message]);
  const { type } = command;
  const resolved: Resolved = {};
  if (type === commandType.user) resolveUser(world, use.channel, run.targetId, resolved);
  else {
    const message = world.messages.get(use.channel.id)?.get(run.targetId);
    if (!message || (message.onlyFor !== undefined && message.onlyFor !== run.userId)) {
      throw new Error(`no message ${run.targetId} in ${use.channel.id}`);
    }
    // The target's content is there whatever the app's intents (Discord API, "Message Content Intent").
    resolved["messages"] = { [message.id]: messagePayload(world, message, omniscient) };
  }
  const target = type === commandType.message ? { target_message_id: run.targetId } : {};
  return at.interactions.open({
    ...use,
    type: interactionType.command,
    answerType: 23,
    metadata: { command_type: type, name: run.name, ...target },
    data: { ...identity(command), target_id: run.targetId, resolved },
  });
}

/** Somebody types in an option: the app is asked for choices. */
export function typeInOption(at: CommandWorld, typing: OptionTyping): Interaction {
  const { command, ...use } = useOf(at, typing, [commandType.chat]);
  const { steps, defined } = stepsOf(command, typing.name.split(" ").slice(1));
  const option = defined.find(({ name }) => name === typing.focused);
  if (option?.["autocomplete"] !== true) throw new Error(`${typing.focused} has no autocomplete`);
  const given = typing.options ?? {};
  // The other options are told as far as they are filled in.
  const others = defined.filter(({ name }) => name !== option.name && given[name] !== undefined);
  const filling = { given, channel: use.channel, userId: typing.userId, resolved: {} };
  const values = [
    ...filledOptions(at.world, others, filling),
    { name: option.name, type: option.type, value: typing.text, focused: true },
  ];
  return at.interactions.open({
    ...use,
    type: interactionType.autocomplete,
    data: { ...identity(command), options: nestedIn(steps, values) },
  });
}
