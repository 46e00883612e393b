import type { Payload } from "./entities.ts";
import type { Form } from "./form.ts";

/** Component types (Discord API, "Component Reference"). */
export const componentType = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

const selects: readonly number[] = [3, 5, 6, 7, 8];
const inRows: readonly number[] = [componentType.button, ...selects];
/** What may stand at the top, and inside what. */
const places = {
  classic: [componentType.actionRow],
  v2: [1, 9, 10, 12, 13, 14, 17],
  container: [1, 9, 10, 12, 13, 14],
  modal: [componentType.actionRow, componentType.textDisplay, componentType.label],
  label: [...selects, 4, 19, 21, 22, 23],
} as const satisfies Record<string, readonly number[]>;

/** What all components of one message share while they are read. */
interface Count {
  total: number;
  textLength: number;
  readonly customIds: Set<string>;
  readonly attachments: string[];
}

/** The components as they are kept, and the attachment:// names they show. */
export interface ReadComponents {
  readonly components: readonly Payload[];
  readonly attachmentNames: readonly string[];
}

type Place = "classic" | "v2" | "modal";

function customId(form: Form, count: Count): void {
  const id = form.text("custom_id", { required: true, min: 1, max: 100 });
  if (id === undefined) return;
  if (count.customIds.has(id))
    form.issue("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated", "custom_id");
  count.customIds.add(id);
}

/** Button styles: 1 to 4 act, 5 is a link, 6 sells something. */
function readButton(form: Form, count: Count): void {
  const style = form.integer("style", { required: true, of: [1, 2, 3, 4, 5, 6] });
  form.text("label", { max: 80 });
  form.flag("disabled");
  if (style === 6) {
    form.id("sku_id", { required: true });
    return;
  }
  if (style === 5) {
    form.text("url", { required: true, max: 512, pattern: /^(?:https?|discord):\/\// });
    if (form.has("custom_id"))
      form.issue(
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and url cannot both be specified",
      );
  } else {
    customId(form, count);
    if (form.has("url"))
      form.issue(
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and url cannot both be specified",
      );
  }
  if (!form.has("label") && !form.has("emoji"))
    form.issue("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji must be specified");
}

function readSelect(form: Form, count: Count, type: number): void {
  customId(form, count);
  form.text("placeholder", { max: 150 });
  form.flag("disabled");
  const min = form.integer("min_values", { min: 0, max: 25 }) ?? 1;
  const max = form.integer("max_values", { min: 1, max: 25 }) ?? 1;
  if (min > max)
    form.issue("BASE_TYPE_MAX_LENGTH", "min_values must not be larger than max_values.", "min_values");
  if (type === componentType.stringSelect) readOptions(form, 25);
}

function readOptions(form: Form, max: number): void {
  const seen = new Set<string>();
  for (const option of form.objects("options", { required: true, min: 1, max }) ?? []) {
    option.text("label", { required: true, min: 1, max: 100 });
    option.text("description", { max: 100 });
    const value = option.text("value", { required: true, min: 1, max: 100 });
    if (value !== undefined && seen.has(value)) {
      option.issue(
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        "The specified option value is already used",
        "value",
      );
    }
    if (value !== undefined) seen.add(value);
  }
}

function readRow(form: Form, count: Count, place: Place): Payload {
  const allowed = place === "modal" ? [componentType.textInput] : inRows;
  const children = readAll(form, "components", { allowed, count, place, max: 5 });
  const hasSelect = children.some(
    ({ type }) => selects.includes(Number(type)) || type === componentType.textInput,
  );
  if (children.length > 1 && hasSelect)
    form.issue("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
  return { components: children };
}

function readMedia(form: Form, count: Count, { onlyAttachment = false } = {}): void {
  const url = form.text("url", { required: true, max: 2048 });
  const name = /^attachment:\/\/(.+)$/.exec(url ?? "")?.[1];
  if (name !== undefined) count.attachments.push(name);
  else if (url !== undefined && (onlyAttachment || !/^https?:\/\//.test(url))) {
    form.issue(
      "URL_TYPE_INVALID_SCHEME",
      `Scheme must be one of ${onlyAttachment ? "('attachment',)" : "('http', 'https', 'attachment')"}.`,
      "url",
    );
  }
}

function readText(form: Form, count: Count): void {
  const text = form.text("content", { required: true, min: 1, max: 4000 }) ?? "";
  count.textLength += Array.from(text).length;
}

function readTextInput(form: Form, count: Count): void {
  customId(form, count);
  form.integer("style", { required: true, of: [1, 2] });
  form.text("label", { max: 45 });
  form.text("placeholder", { max: 100 });
  form.text("value", { max: 4000 });
  form.integer("min_length", { min: 0, max: 4000 });
  form.integer("max_length", { min: 1, max: 4000 });
  form.flag("required");
}

function readSection(form: Form, count: Count, place: Place): Payload {
  const components = readAll(form, "components", {
    allowed: [componentType.textDisplay],
    count,
    place,
    min: 1,
    max: 3,
  });
  const accessory = form.object("accessory", { required: true });
  const allowed = [componentType.button, componentType.thumbnail];
  return { components, ...(accessory && { accessory: readOne(accessory, { allowed, count, place }) }) };
}

function readLabel(form: Form, count: Count, place: Place): Payload {
  form.text("label", { required: true, min: 1, max: 45 });
  form.text("description", { max: 100 });
  const child = form.object("component", { required: true });
  return child ? { component: readOne(child, { allowed: places.label, count, place }) } : {};
}

function readGallery(form: Form, count: Count): void {
  for (const item of form.objects("items", { required: true, min: 1, max: 10 }) ?? []) {
    item.text("description", { max: 1024 });
    const media = item.object("media", { required: true });
    if (media) readMedia(media, count);
  }
}

/** Reads what is particular to a type; returns the parts that hold other components. */
function readByType(form: Form, type: number, count: Count, place: Place): Payload {
  switch (type) {
    case componentType.actionRow:
      return readRow(form, count, place);
    case componentType.button:
      readButton(form, count);
      return {};
    case componentType.textInput:
      readTextInput(form, count);
      return {};
    case componentType.section:
      return readSection(form, count, place);
    case componentType.textDisplay:
      readText(form, count);
      return {};
    case componentType.mediaGallery:
      readGallery(form, count);
      return {};
    case componentType.thumbnail:
    case componentType.file: {
      const media = form.object(type === componentType.file ? "file" : "media", { required: true });
      if (media) readMedia(media, count, { onlyAttachment: type === componentType.file });
      return {};
    }
    case componentType.separator:
      form.integer("spacing", { of: [1, 2] });
      return {};
    case componentType.container:
      return { components: readAll(form, "components", { allowed: places.container, count, place, min: 1 }) };
    case componentType.label:
      return readLabel(form, count, place);
    default:
      return readInput(form, type, count);
  }
}

function readInput(form: Form, type: number, count: Count): Payload {
  if (selects.includes(type)) readSelect(form, count, type);
  else customId(form, count);
  if (type === componentType.radioGroup || type === componentType.checkboxGroup) readOptions(form, 10);
  return {};
}

interface Reading {
  readonly allowed: readonly number[];
  readonly count: Count;
  readonly place: Place;
  readonly min?: number;
  readonly max?: number;
}

function readOne(form: Form, { allowed, count, place }: Reading): Payload {
  const type = form.integer("type", { required: true });
  count.total += 1;
  const id = count.total;
  if (type === undefined) return {};
  if (!allowed.includes(type)) {
    form.issue("UNION_TYPE_CHOICES", `Value of field "type" must be one of (${allowed.join(", ")}).`, "type");
    return {};
  }
  const inner = readByType(form, type, count, place);
  const ownId = form.integer("id", { min: 0 });
  return { ...form.raw, id: ownId === undefined || ownId === 0 ? id : ownId, type, ...inner };
}

function readAll(form: Form, name: string, reading: Reading): readonly Payload[] {
  const { min = 1, max } = reading;
  const children = form.objects(name, { required: true, min, ...(max !== undefined && { max }) }) ?? [];
  return children.map((child) => readOne(child, reading));
}

/** Reads the `components` of a message or modal, noting on the form what Discord would refuse. */
export function readComponents(form: Form, place: Place): ReadComponents | undefined {
  if (!form.has("components"))
    return form.isNull("components") ? { components: [], attachmentNames: [] } : undefined;
  const count: Count = { total: 0, textLength: 0, customIds: new Set(), attachments: [] };
  const max = place === "v2" ? {} : { max: 5 };
  const components = readAll(form, "components", { allowed: places[place], count, place, min: 0, ...max });
  if (place === "v2" && count.total > 40) {
    form.issue("BASE_TYPE_BAD_LENGTH", "The total number of components must not exceed 40.", "components");
  }
  if (count.textLength > 4000) {
    form.issue(
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
      "The total displayable text size of components exceeds 4000.",
      "components",
    );
  }
  return { components, attachmentNames: count.attachments };
}

/** Every component of a message, those inside others included. */
export function* eachComponent(components: readonly Payload[]): Generator<Payload> {
  for (const one of components) {
    yield one;
    if (Array.isArray(one["components"])) yield* eachComponent(one["components"] as readonly Payload[]);
    for (const name of ["accessory", "component"]) {
      if (typeof one[name] === "object" && one[name] !== null) yield* eachComponent([one[name] as Payload]);
    }
  }
}
