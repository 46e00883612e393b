import type { LocalDiscord } from "../../src/sandbox/discord/local-discord.ts";
import type { BotStage } from "../bot/bot-stage.ts";

type Seen = ReturnType<LocalDiscord["interactionReplies"]>[number];

/** The settings message as who opened it sees and uses it. */
export interface Panel {
  /** All its text. */
  text(): string;
  /** The labels of what can be chosen in a select, the chosen one marked with *. */
  options(part: string): readonly string[];
  /** Chooses in the select whose custom id ends with this part; resolves when the message shows the outcome. */
  choose(part: string, ...values: readonly string[]): Promise<void>;
  press(label: string): Promise<void>;
  /** Types into the modal that choosing "typed" opens. */
  type(text: string): Promise<void>;
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  const content = "content" in value && typeof value.content === "string" ? [value.content] : [];
  return [...content, ...Object.values(value).flatMap(textsIn)];
}

interface Select {
  readonly custom_id: string;
  readonly options?: readonly { readonly label: string; readonly default?: boolean }[];
}

function selectsIn(value: unknown): Select[] {
  if (Array.isArray(value)) return value.flatMap(selectsIn);
  if (typeof value !== "object" || value === null) return [];
  const isSelect = "custom_id" in value && typeof value.custom_id === "string";
  return [...(isSelect ? [value as Select] : []), ...Object.values(value).flatMap(selectsIn)];
}

/** Opens the settings message with `/settings show`. */
export async function openPanel(
  stage: BotStage,
  options: { readonly channel?: string; readonly locale?: string; readonly userId?: string } = {},
): Promise<Panel> {
  const { discord, channelId } = stage;
  const userId = options.userId ?? stage.personId;
  const { id } = discord.runCommand({
    userId,
    channelId,
    name: "settings show",
    options: options.channel === undefined ? {} : { channel: options.channel },
    ...(options.locale !== undefined && { locale: options.locale }),
  });
  const message = (): Seen | undefined =>
    discord.interactionReplies(id).find(({ components }) => (components?.length ?? 0) > 0);
  await discord.waitFor(message, { what: "the settings message" });
  const now = (): Seen => message() ?? fail("the settings message is gone");
  const messageId = now().id;
  const selectFor = (part: string): Select =>
    selectsIn(now().components).find((one) => one.custom_id.endsWith(`:${part}`)) ??
    fail(`no select ${part}`);
  const answered = async (interactionId: string): Promise<void> => {
    await discord.waitFor(() => discord.interaction(interactionId).state === "answered", {
      what: "an answer to a component",
    });
  };
  const at = { messageId, userId, ...(options.locale !== undefined && { locale: options.locale }) };
  return {
    text: () => textsIn(now().components).join("\n"),
    options: (part) =>
      (selectFor(part).options ?? []).map((option) => `${option.default === true ? "*" : ""}${option.label}`),
    async choose(part, ...values) {
      const { custom_id: customId } = selectFor(part);
      await answered(discord.chooseInMenu({ ...at, customId, values }).id);
    },
    async press(label) {
      await answered(discord.clickButton({ ...at, label }).id);
    },
    async type(text) {
      const { custom_id: customId } = selectFor("value");
      const opened = discord.chooseInMenu({ ...at, customId, values: ["typed"] });
      await discord.waitFor(() => discord.interaction(opened.id).modal, { what: "a modal" });
      await answered(discord.submitModal({ interactionId: opened.id, values: { value: text } }).id);
    },
  };
}

function fail(why: string): never {
  throw new Error(why);
}
