import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  MessageComponentInteraction,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
  StringSelectMenuInteraction,
} from "discord.js";

import type { Explain, Locale } from "../explanations/explain.ts";
import type { Problem } from "../explanations/problem.ts";
import type { Words } from "../explanations/words.ts";
import type { Store } from "../store/store.ts";
import type { CaptionCommands } from "./captions/caption-commands.ts";
import type { FileFormat } from "../transcription/file-formats.ts";
import type { PageFile } from "./answers/answer.ts";
import type { AudioSource } from "./discord/attachments.ts";
import type { RecordingPage } from "./recording-page.ts";
import type { StatusReport } from "./records/status-report.ts";
import type { OptionChoice } from "./settings/spoken-languages.ts";
import type { Desk } from "./requests/desk.ts";

/** A command: how Discord lists it, and what it does. `execute` acknowledges within 3 s; what it throws is explained to whoever called. */
export type Command = ChatCommand | MessageCommand;

/** Typed after a slash. */
export interface ChatCommand {
  readonly type: "chat";
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  execute(interaction: ChatInputCommandInteraction, bot: CommandBot): Promise<void>;
  /** What to offer somebody who types in an option with autocomplete. */
  readonly suggest?: (interaction: AutocompleteInteraction, bot: CommandBot) => readonly OptionChoice[];
  readonly components?: ComponentHandler;
}

/** Chosen in a message's menu under Apps. */
export interface MessageCommand {
  readonly type: "message";
  readonly definition: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  execute(interaction: MessageContextMenuCommandInteraction, bot: CommandBot): Promise<void>;
  readonly components?: ComponentHandler;
}

/** Somebody pressed or chose something on a message, or sent a modal off. */
export type ComponentInteraction = MessageComponentInteraction | ModalSubmitInteraction;

/** What the buttons, selects and modals of a command do: those whose custom id begins with its prefix. Failures are explained to whoever used one. */
export interface ComponentHandler {
  /** As in "settings:". */
  readonly prefix: string;
  execute(interaction: ComponentInteraction, bot: CommandBot): Promise<void>;
}

/** An interaction that can be answered with a transcript. */
export type TranscribeInteraction =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | StringSelectMenuInteraction;

/** The recordings that a command names, or why there are none. */
export type NamedRecordings =
  | { readonly type: "audio"; readonly sources: readonly AudioSource[] }
  | { readonly type: "problem"; readonly problem: Problem }
  | { readonly type: "not-a-message" }
  | { readonly type: "not-found" };

/** What somebody asks for. */
export interface AskedFor {
  readonly sources: readonly AudioSource[];
  /** What is spoken, as a BCP-47 tag, where that is not what the place or the operator has set. */
  readonly language?: string | undefined;
  /** What the words are attached as, besides. */
  readonly format?: FileFormat | undefined;
}

/** What commands may ask of the bot. */
export interface CommandBot {
  readonly words: Words;
  readonly explain: Explain;
  readonly settings: Store["settings"];
  readonly desk: Desk;
  readonly captions: CaptionCommands;
  readonly recordingPage: RecordingPage;
  /** How things are, for a server's moderators. */
  readonly status: StatusReport;
  /** Languages that can be asked for, as BCP-47 tags; the one that is configured comes first. */
  readonly languages: readonly string[];
  /** The same for live captions, which somebody else may hear. */
  readonly captionLanguages: readonly string[];
  /** False if that was so already. Opting out stops what is under way. */
  setOptedOut(memberId: string, optedOut: boolean): Promise<boolean>;
  /** Takes on recordings as the answer to a deferred interaction. */
  transcribe(interaction: TranscribeInteraction, asked: AskedFor): Promise<void>;
  /** The words of an earlier answer as files, one for each recording that has any; undefined where they are not kept any more. */
  savedFiles(key: string, format: FileFormat): Promise<readonly PageFile[] | undefined>;
  /** What was asked for in an earlier answer; undefined where nobody knows any more. */
  askedFor(key: string): Promise<AskedFor | undefined>;
  /** Stops what somebody asked for, by its key; false where there is nothing left to stop. */
  cancelRequest(key: string): Promise<boolean>;
  /** The recordings of the message with this link or id, if the caller may read it. */
  recordingAt(interaction: TranscribeInteraction, reference: string): Promise<NamedRecordings>;
  /** The recordings of a context menu's target. */
  recordingOf(interaction: MessageContextMenuCommandInteraction): NamedRecordings;
  /** The language of whoever reads the answer. */
  localeOf(interaction: TranscribeInteraction): Locale;
}
