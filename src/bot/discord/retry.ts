const prefix = "retry";

/** Custom id of the button that runs a waiting work item at once. Kinds hold no colon. */
export function retryId(kind: string, key: string): string {
  return `${prefix}:${kind}:${key}`;
}

/** Which work item a button belongs to; undefined for any other button. */
export function readRetryId(customId: string): { readonly kind: string; readonly key: string } | undefined {
  const [first, kind, ...key] = customId.split(":");
  return first === prefix && kind !== undefined && key.length > 0 ? { kind, key: key.join(":") } : undefined;
}
