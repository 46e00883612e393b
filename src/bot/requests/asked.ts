export { fileFormats, isFileFormat } from "../../transcription/file-formats.ts";

/** Begins the custom ids of everything below an answer that somebody asked for. */
export const askedPrefix = "asked:";

const actions = ["cancel", "save", "again"] as const;

/** What a button or menu below such an answer does; `key` is that of the request's job. */
export interface AskedAction {
  readonly action: (typeof actions)[number];
  readonly key: string;
  readonly askerId: string;
}

/** Custom id of a button or menu. */
export function askedId({ action, key, askerId }: AskedAction): string {
  return `${askedPrefix}${action}:${key}:${askerId}`;
}

/** What a custom id stands for; undefined for one that is not ours. */
export function readAskedId(customId: string): AskedAction | undefined {
  const [prefix, name, key, askerId] = customId.split(":");
  if (`${prefix}:` !== askedPrefix || key === undefined || askerId === undefined) return undefined;
  const action = actions.find((one) => one === name);
  return action && { action, key, askerId };
}
