import type { CommandWorld } from "./command-offers.ts";
import {
  runCommand,
  runMenu,
  typeInOption,
  type CommandRun,
  type MenuRun,
  type OptionTyping,
} from "./command-runs.ts";
import {
  chooseInMenu,
  clickButton,
  submitModal,
  type ButtonClick,
  type MenuChoice,
  type ModalSubmit,
} from "./component-uses.ts";
import type { Id, Payload } from "./entities.ts";
import { seen, type SeenMessage } from "./humans.ts";
import type { Interaction } from "./interactions.ts";

/** An interaction as the person who started it sees it. */
export interface SeenInteraction {
  readonly id: Id;
  /** "failed": nobody answered in time. */
  readonly state: Interaction["state"]["type"] | "failed";
  readonly acknowledgedAtMs: number | undefined;
  /** The answers that are still there, ephemeral ones included. */
  readonly replies: readonly SeenMessage[];
  readonly modal: Payload | undefined;
  /** What autocomplete offered. */
  readonly choices: readonly Payload[];
}

/** What people do with commands, buttons, selects and modals. All throw where the client would not let them. */
export interface InteractionCalls {
  runCommand(run: CommandRun): SeenInteraction;
  runMenu(run: MenuRun): SeenInteraction;
  typeInOption(typing: OptionTyping): SeenInteraction;
  clickButton(click: ButtonClick): SeenInteraction;
  chooseInMenu(choice: MenuChoice): SeenInteraction;
  submitModal(submit: ModalSubmit): SeenInteraction;
  /** Somebody installs the app for themselves, to use it anywhere. */
  installForUser(userId: Id, applicationId?: Id): void;
  interaction(id: Id): SeenInteraction;
  interactionReplies(id: Id): readonly SeenMessage[];
}

function view({ world, interactions }: CommandWorld, interaction: Interaction): SeenInteraction {
  const { id, state, replies, acknowledgedAtMs } = interaction;
  const present = replies.filter((one) => world.messages.get(one.channelId)?.has(one.id));
  return {
    id,
    state: interactions.hasFailed(interaction) ? "failed" : state.type,
    acknowledgedAtMs,
    replies: present.map((message) => seen(world, message)),
    modal: state.type === "modal" ? state.modal : undefined,
    choices: state.type === "choices" ? state.choices : [],
  };
}

export function createInteractionCalls(at: CommandWorld): InteractionCalls {
  const { world, interactions } = at;
  const lookUp = (id: Id): SeenInteraction => {
    const interaction = interactions.get(id);
    if (!interaction) throw new Error(`no interaction ${id}`);
    return view(at, interaction);
  };
  return {
    runCommand: (run) => view(at, runCommand(at, run)),
    runMenu: (run) => view(at, runMenu(at, run)),
    typeInOption: (typing) => view(at, typeInOption(at, typing)),
    clickButton: (click) => view(at, clickButton(at, click)),
    chooseInMenu: (choice) => view(at, chooseInMenu(at, choice)),
    submitModal: (submit) => view(at, submitModal(at, submit)),
    installForUser: (userId, applicationId) => {
      const application = [...world.applications.values()].find(
        ({ id }) => applicationId === undefined || id === applicationId,
      );
      if (!application) throw new Error(`no app ${applicationId}`);
      application.userInstalls.add(userId);
    },
    interaction: lookUp,
    interactionReplies: (id) => lookUp(id).replies,
  };
}
