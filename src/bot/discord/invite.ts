import { PermissionFlagsBits } from "discord.js";

/** A permission by the name Discord's settings show it under. */
export interface Permission {
  readonly name: string;
  readonly bit: bigint;
}

/** Without these a voice note cannot be answered in its thread, or a voice channel not be captioned. */
export const neededPermissions: readonly Permission[] = [
  { name: "View Channels", bit: PermissionFlagsBits.ViewChannel },
  { name: "Send Messages", bit: PermissionFlagsBits.SendMessages },
  { name: "Read Message History", bit: PermissionFlagsBits.ReadMessageHistory },
  { name: "Create Public Threads", bit: PermissionFlagsBits.CreatePublicThreads },
  { name: "Send Messages in Threads", bit: PermissionFlagsBits.SendMessagesInThreads },
  { name: "Attach Files", bit: PermissionFlagsBits.AttachFiles },
  { name: "Connect", bit: PermissionFlagsBits.Connect },
];

/** What goes better with them: taking back its own threads, captions under speakers' names, and the mark on its nickname. */
export const usefulPermissions: readonly Permission[] = [
  { name: "Manage Threads", bit: PermissionFlagsBits.ManageThreads },
  { name: "Manage Webhooks", bit: PermissionFlagsBits.ManageWebhooks },
  { name: "Change Nickname", bit: PermissionFlagsBits.ChangeNickname },
];

/** The names of those that `granted` lacks; an administrator lacks none. */
export function missingFrom(granted: bigint, permissions: readonly Permission[]): readonly string[] {
  if ((granted & PermissionFlagsBits.Administrator) !== 0n) return [];
  return permissions.filter(({ bit }) => (granted & bit) === 0n).map(({ name }) => name);
}

/** The link that adds the bot to a server with exactly the permissions it uses. */
export function inviteLink(applicationId: string): string {
  const bits = [...neededPermissions, ...usefulPermissions].reduce((sum, { bit }) => sum | bit, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: String(bits),
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}
