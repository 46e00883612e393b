import { refused } from "./api-error.ts";
import { readComponents } from "./components.ts";
import { readEmbeds } from "./embeds.ts";
import {
  messageFlag,
  type Attachment,
  type Channel,
  type Id,
  type Message,
  type Payload,
} from "./entities.ts";
import type { Form } from "./form.ts";
import type { FormPart } from "./http-body.ts";
import type { AllowedMentions } from "./mentions.ts";
import { storeUpload, uploadsIn, type Upload } from "./uploads.ts";
import type { World } from "./world.ts";

/** A message as it was sent, read and checked; what was not sent is undefined. */
export interface MessageForm {
  readonly content: string | undefined;
  readonly flags: number | undefined;
  readonly embeds: readonly Payload[] | undefined;
  readonly components: readonly Payload[] | undefined;
  readonly allowedMentions: AllowedMentions | undefined;
  readonly uploads: readonly Upload[];
  readonly keptIds: readonly Id[] | undefined;
}

export interface MessageReading {
  readonly files: ReadonlyMap<number, FormPart>;
  /** The message being edited. */
  readonly editing?: Message;
  /** Interaction answers may be ephemeral. */
  readonly mayBeEphemeral?: boolean;
}

const legacyFields = ["content", "embeds", "poll", "sticker_ids"] as const;

function readAllowedMentions(form: Form): AllowedMentions | undefined {
  const allowed = form.object("allowed_mentions");
  if (!allowed) return undefined;
  const parse = allowed.texts("parse", { of: ["users", "roles", "everyone"] }) as AllowedMentions["parse"];
  const users = allowed.texts("users", { max: 100 });
  const roles = allowed.texts("roles", { max: 100 });
  for (const [kind, ids] of [["users", users] as const, ["roles", roles] as const]) {
    if (parse?.includes(kind) && ids && ids.length > 0) {
      allowed.issue(
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
    }
  }
  return { parse, users, roles, repliedUser: allowed.flag("replied_user") };
}

function readFlags(form: Form, { editing, mayBeEphemeral = false }: MessageReading): number | undefined {
  const given = form.integer("flags", { min: 0 });
  if (editing) {
    if (given === undefined) return undefined;
    // SUPPRESS_EMBEDS may come and go, IS_COMPONENTS_V2 only come (Discord API, "Edit Message").
    const kept = editing.flags & ~messageFlag.suppressEmbeds;
    return kept | (given & (messageFlag.suppressEmbeds | messageFlag.componentsV2));
  }
  const settable =
    messageFlag.suppressEmbeds |
    messageFlag.suppressNotifications |
    messageFlag.voice |
    messageFlag.componentsV2;
  return (given ?? 0) & (mayBeEphemeral ? settable | messageFlag.ephemeral : settable);
}

function refuseLegacyFields(form: Form): void {
  for (const name of legacyFields) {
    const value = form.raw[name];
    const isEmpty =
      value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (isEmpty) continue;
    const message = `The '${name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
    form.issue("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message, name);
  }
}

/** A voice message is one audio file with its length and waveform and nothing else (Discord API, "Voice Messages"). */
function checkVoice({ content, embeds, components, uploads }: MessageForm): void {
  if (content || embeds?.length || components?.length) throw refused("voiceExtraContent");
  const [only, ...others] = uploads;
  if (!only || others.length > 0) throw refused("voiceNotOneFile");
  const isAudio =
    only.contentType?.startsWith("audio/") ?? /\.(?:ogg|mp3|m4a|wav|opus|flac)$/i.test(only.filename);
  if (!isAudio) throw refused("voiceNotOneFile");
  if (only.durationSecs === undefined || only.waveform === undefined) throw refused("voiceNoMetadata");
}

function isEmpty(message: MessageForm, { editing }: MessageReading): boolean {
  const kept = message.keptIds?.length ?? editing?.attachments.length ?? 0;
  const counts = [
    (message.content ?? editing?.content ?? "").trim().length,
    (message.embeds ?? editing?.embeds ?? []).length,
    (message.components ?? editing?.components ?? []).length,
    message.uploads.length,
    kept,
  ];
  return counts.every((count) => count === 0);
}

function checkAttachmentNames(form: Form, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    form.issue("ATTACHMENT_NOT_FOUND", `The referenced attachment ${name} was not found.`, "components");
  }
}

/** Reads and checks a message to be created or edited. Refuses with 50035, 50006, 40005, 50159 to 50162. */
export function readMessage(form: Form, reading: MessageReading): MessageForm {
  const { editing, files } = reading;
  const flags = readFlags(form, reading);
  const isV2 = ((flags ?? editing?.flags ?? 0) & messageFlag.componentsV2) !== 0;
  const content = form.isNull("content") ? "" : form.text("content", { max: 2000 });
  const embeds = readEmbeds(form);
  const components = readComponents(form, isV2 ? "v2" : "classic");
  const allowedMentions = readAllowedMentions(form);
  const { fresh, keptIds } = uploadsIn(form, files);
  if (isV2) refuseLegacyFields(form);
  const known = [...fresh, ...(editing?.attachments ?? [])].map(({ filename }) => filename);
  checkAttachmentNames(form, components?.attachmentNames ?? [], known);
  form.check();
  const message: MessageForm = {
    content,
    flags,
    embeds,
    components: components?.components,
    allowedMentions,
    uploads: fresh,
    keptIds,
  };
  checkWhole(message, reading);
  return message;
}

function checkWhole(message: MessageForm, reading: MessageReading): void {
  const { editing } = reading;
  if (editing && editing.flags & messageFlag.voice) throw refused("voiceNotEditable");
  if (!editing && (message.flags ?? 0) & messageFlag.voice) checkVoice(message);
  else if (isEmpty(message, reading)) throw refused("emptyMessage");
}

/** Stores the files of a message just read. */
export function storeAll(
  world: World,
  { uploads }: MessageForm,
  channel: Channel,
  ephemeral = false,
): readonly Attachment[] {
  return uploads.map((upload) => storeUpload(world, upload, { channelId: channel.id, ephemeral }));
}

/** The attachments an edited message ends up with: those kept, then those new. */
export function attachmentsAfter(
  world: World,
  form: MessageForm,
  { message, channel }: { readonly message: Message; readonly channel: Channel },
): readonly Attachment[] | undefined {
  if (form.keptIds === undefined && form.uploads.length === 0) return undefined;
  const kept = message.attachments.filter(({ id }) => form.keptIds?.includes(id) ?? true);
  return [...kept, ...storeAll(world, form, channel, message.onlyFor !== undefined)];
}
