/** Begins the custom ids of everything below an answer that somebody asked for. */
export const askedPrefix = "asked:";

/** What a button below such an answer does; `key` is that of the request's job. */
export interface AskedAction {
  readonly action: "cancel";
  readonly key: string;
  readonly askerId: string;
}

/** Custom id of a button. */
export function askedId({ action, key, askerId }: AskedAction): string {
  return `${askedPrefix}${action}:${key}:${askerId}`;
}

/** What a custom id stands for; undefined for one that is not ours. */
export function readAskedId(customId: string): AskedAction | undefined {
  const [prefix, action, key, askerId] = customId.split(":");
  if (`${prefix}:` !== askedPrefix || key === undefined || askerId === undefined) return undefined;
  return action === "cancel" ? { action, key, askerId } : undefined;
}
