import { defaultSettings } from "../../store/settings.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Store } from "../../store/store.ts";

/** Where something happens, as far as settings go: a thread goes by those of its channel. */
export interface HousePlace {
  readonly guildId: string | null;
  readonly channelId: string;
  readonly parentId?: string | null;
}

/** The settings that hold in a place; the defaults outside servers. */
export async function settingsAt(
  settings: Store["settings"],
  { guildId, channelId, parentId }: HousePlace,
): Promise<Settings> {
  return guildId === null ? defaultSettings : await settings.get(guildId, parentId ?? channelId);
}

/**
 * Whether the notes of somebody with these roles are transcribed by themselves. Being ignored counts before being
 * allowed. Everybody's role is the server's own.
 */
export function areNotesWanted(
  { notes, allowedRoles, ignoredRoles }: Settings,
  roleIds: readonly string[],
): boolean {
  if (!notes || ignoredRoles.some((id) => roleIds.includes(id))) return false;
  return allowedRoles.length === 0 || allowedRoles.some((id) => roleIds.includes(id));
}

/** Whether roles decide anything here. */
export function asksForRoles({ notes, allowedRoles, ignoredRoles }: Settings): boolean {
  return notes && allowedRoles.length + ignoredRoles.length > 0;
}
