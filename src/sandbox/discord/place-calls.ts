import type { Application, Channel, Guild, Id, Member, Role, User } from "./entities.ts";
import type { Permission } from "./permissions.ts";
import {
  addMember,
  changeMember,
  createApplication,
  createUser,
  removeMember,
  type MemberChange,
  type NewApplication,
  type NewMember,
  type NewUser,
} from "./people.ts";
import {
  createChannel,
  createGuild,
  createRole,
  deleteChannel,
  openDm,
  openGroupDm,
  setOverwrite,
  setRolePermissions,
  type NewChannel,
  type NewGuild,
  type NewOverwrite,
  type NewRole,
} from "./places.ts";
import type { World } from "./world.ts";

/** Calls that make and change the world: people, servers, channels, rights. */
export interface Places {
  createUser(fresh: NewUser): User;
  createApplication(fresh: NewApplication): Application;
  createGuild(fresh: NewGuild): Guild;
  createRole(fresh: NewRole): Role;
  setRolePermissions(guildId: Id, roleId: Id, permissions: readonly Permission[]): void;
  addMember(fresh: NewMember): Member;
  removeMember(guildId: Id, userId: Id): void;
  changeMember(guildId: Id, userId: Id, change: MemberChange): void;
  createChannel(fresh: NewChannel): Channel;
  /** Deletes a channel or thread. */
  deleteChannel(channelId: Id): void;
  setOverwrite(channelId: Id, overwrite: NewOverwrite): void;
  openDm(one: Id, other: Id): Channel;
  openGroupDm(ownerId: Id, otherIds: readonly Id[], name?: string): Channel;
}

export function createPlaces(world: World): Places {
  return {
    createUser: (fresh) => createUser(world, fresh),
    createApplication: (fresh) => createApplication(world, fresh),
    createGuild: (fresh) => createGuild(world, fresh),
    createRole: (fresh) => createRole(world, fresh),
    setRolePermissions: (guildId, roleId, permissions) =>
      setRolePermissions(world, guildId, roleId, permissions),
    addMember: (fresh) => addMember(world, fresh),
    removeMember: (guildId, userId) => removeMember(world, guildId, userId),
    changeMember: (guildId, userId, change) => {
      const guild = world.guilds.get(guildId);
      const member = guild?.members.get(userId);
      if (!guild || !member) throw new Error(`no member ${userId} in ${guildId}`);
      changeMember(world, guild, member, change);
    },
    createChannel: (fresh) => createChannel(world, fresh),
    deleteChannel: (channelId) => {
      const channel = world.channels.get(channelId);
      if (!channel) throw new Error(`no channel ${channelId}`);
      deleteChannel(world, channel);
    },
    setOverwrite: (channelId, overwrite) => setOverwrite(world, channelId, overwrite),
    openDm: (one, other) => openDm(world, one, other),
    openGroupDm: (ownerId, otherIds, name) => openGroupDm(world, ownerId, otherIds, name),
  };
}
