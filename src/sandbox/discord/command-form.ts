import type { Payload } from "./entities.ts";
import type { Form } from "./form.ts";

/** Command types and option types (Discord API, "Application Commands"). */
export const commandType = { chat: 1, user: 2, message: 3 } as const;
export const optionType = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

const nameRule = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const locales = [
  "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko",
].flatMap((all) => all.split(" "));
const valueTypes = Object.values(optionType).filter((type) => type > 2);

/** Lower case where there is one: what Discord demands of slash commands and options. */
function checkName(form: Form): void {
  const name = form.text("name", { required: true, min: 1, max: 32 });
  if (name !== undefined && (!nameRule.test(name) || name !== name.toLowerCase())) {
    form.issue("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid", "name");
  }
}

function readLocalized(form: Form, name: string, max: number): void {
  const given = form.object(name);
  for (const locale of Object.keys(given?.raw ?? {})) {
    if (!locales.includes(locale)) {
      given?.issue("ENUM_TYPE_COERCE", `Value "${locale}" is not a valid enum value.`, locale);
    } else given?.text(locale, { min: 1, max });
  }
}

function readChoices(form: Form, type: number | undefined): void {
  const choices = form.objects("choices", { max: 25 });
  if (!choices) return;
  const names = new Set<unknown>();
  for (const choice of choices) {
    const name = choice.text("name", { required: true, min: 1, max: 100 });
    readLocalized(choice, "name_localizations", 100);
    if (type === optionType.string) choice.text("value", { required: true, min: 1, max: 100 });
    else choice.decimal("value", { required: true });
    if (names.has(name))
      choice.issue(
        "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE",
        "Option choice name already used",
        "name",
      );
    names.add(name);
  }
  if (form.raw["autocomplete"] === true && choices.length > 0) {
    form.issue(
      "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES",
      "Autocomplete and choices exclude each other",
      "choices",
    );
  }
}

/** Subcommands hold values, groups hold subcommands, values hold nothing. */
function innerTypes(type: number | undefined): readonly number[] {
  if (type === optionType.group) return [optionType.subcommand];
  return type === optionType.subcommand ? valueTypes : [];
}

function readOption(form: Form, allowed: readonly number[]): void {
  const type = form.integer("type", { required: true, of: allowed });
  checkName(form);
  form.text("description", { required: true, min: 1, max: 100 });
  readLocalized(form, "name_localizations", 32);
  readLocalized(form, "description_localizations", 100);
  form.flag("required");
  form.flag("autocomplete");
  readChoices(form, type);
  form.integer("min_length", { min: 0, max: 6000 });
  form.integer("max_length", { min: 1, max: 6000 });
  if (form.has("file_types") && type === optionType.attachment) form.texts("file_types", { max: 10 });
  if (form.has("options")) readOptions(form, innerTypes(type));
}

function readOptions(form: Form, allowed: readonly number[]): void {
  const options = form.objects("options", { max: 25 }) ?? [];
  const names = new Set<unknown>();
  let optionalBefore = false;
  for (const option of options) {
    readOption(option, allowed);
    const { name, required, type } = option.raw;
    if (names.has(name))
      option.issue("APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option name already used", "name");
    names.add(name);
    if (required === true && optionalBefore) {
      option.issue(
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        "Required options must be placed before non-required options",
      );
    }
    optionalBefore ||= required !== true && Number(type) > 2;
  }
  const kinds = new Set(options.map(({ raw }) => Number(raw["type"]) > 2));
  if (kinds.size > 1)
    form.issue(
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      "Sub-command and sub-command group option types are mutually exclusive to all other types",
      "options",
    );
}

interface Counted {
  readonly name?: string;
  readonly description?: string;
  readonly options?: readonly Payload[];
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
}

/** Name, description and choices of a command and all its options, as the 8,000 characters count them. */
function lengthOf(raw: Payload): number {
  const { name = "", description = "", options = [], choices = [] } = raw as Counted;
  const chosen = choices.reduce((sum, one) => sum + one.name.length + `${one.value}`.length, 0);
  const inner = options.reduce((sum, one) => sum + lengthOf(one), 0);
  return name.length + description.length + chosen + inner;
}

function readByType(form: Form, type: number): void {
  if (type === commandType.chat) {
    checkName(form);
    form.text("description", { required: true, min: 1, max: 100 });
    readOptions(form, [optionType.subcommand, optionType.group, ...valueTypes]);
    return;
  }
  form.text("name", { required: true, min: 1, max: 32 });
  if (form.raw["description"]) {
    form.issue(
      "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
      "Context menu commands cannot have a description",
      "description",
    );
  }
  if (form.has("options"))
    form.issue(
      "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED",
      "Context menu commands cannot have options",
      "options",
    );
}

/** The command a request registers, with every default Discord fills in; its issues are noted on the form. */
export function readCommand(
  form: Form,
  { isGlobal }: { readonly isGlobal: boolean },
): Payload & { readonly name: string; readonly type: number } {
  const type = form.integer("type", { of: [1, 2, 3] }) ?? commandType.chat;
  readByType(form, type);
  readLocalized(form, "name_localizations", 32);
  readLocalized(form, "description_localizations", 100);
  const permissions = form.text("default_member_permissions", { pattern: /^\d{1,20}$/ });
  if (!isGlobal) refuseGlobalFields(form);
  form.check();
  if (lengthOf(form.raw) > 8000) {
    form.issue("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
  }
  return { type, ...registered(form.raw, isGlobal), default_member_permissions: permissions ?? null };
}

function refuseGlobalFields(form: Form): void {
  for (const name of ["contexts", "integration_types"]) {
    if (!form.has(name)) continue;
    form.issue("APPLICATION_COMMAND_GUILD_CONTEXTS", `${name} can only be set on global commands`, name);
  }
}

/** A command as it reads back, with the defaults Discord fills in. */
function registered(raw: Payload, isGlobal: boolean): Payload & { readonly name: string } {
  const given = raw as { readonly name: string; readonly contexts?: readonly number[] | null };
  const contexts = isGlobal ? (given.contexts ?? null) : null;
  return {
    name: given.name,
    name_localizations: raw["name_localizations"] ?? null,
    description: raw["description"] ?? "",
    description_localizations: raw["description_localizations"] ?? null,
    dm_permission: contexts === null || contexts.includes(1),
    contexts,
    integration_types: isGlobal ? (raw["integration_types"] ?? [0]) : [0],
    nsfw: raw["nsfw"] === true,
    ...(Array.isArray(raw["options"]) && { options: raw["options"] }),
  };
}
