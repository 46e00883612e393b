import { PermissionFlagsBits as Permission } from "discord.js";
import { describe, expect, test } from "vitest";

import {
  audienceIncludes,
  type ChannelAccess,
  type GuildRoles,
  mayJoin,
  type Overwrite,
} from "../../../src/bot/captions/audience.ts";
import { seededRandom } from "../../../src/sandbox/random.ts";

const view = Permission.ViewChannel;
const connect = Permission.Connect;
const both = view | connect;
const everyone = "1";

function rolesOf(permissions: Record<string, bigint> = { [everyone]: both }): GuildRoles {
  return { guildId: everyone, permissions: new Map(Object.entries(permissions)) };
}

function filled(some: Record<string, Partial<Overwrite>>): Map<string, Overwrite> {
  return new Map(Object.entries(some).map(([id, one]) => [id, { allow: 0n, deny: 0n, ...one }]));
}

function channel(
  roles: Record<string, Partial<Overwrite>> = {},
  members: Record<string, Partial<Overwrite>> = {},
): ChannelAccess {
  return { roles: filled(roles), members: filled(members) };
}

const open = channel();
const onlyStaff = channel({ [everyone]: { deny: view }, staff: { allow: view } });
const withStaff = rolesOf({ [everyone]: both, staff: 0n, guest: 0n, boss: Permission.Administrator });

describe("a place's readers are among a voice channel's audience", () => {
  test.each([
    ["both are open to all", open, open],
    ["the place is for staff, the voice channel for all", open, onlyStaff],
    ["both are for staff", channel({ [everyone]: { deny: view }, staff: { allow: both } }), onlyStaff],
    ["nobody but administrators reads the place", onlyStaff, channel({ [everyone]: { deny: view } })],
  ])("where %s", (_, voice, place) => {
    expect(audienceIncludes({ roles: withStaff, voice, place })).toBe(true);
  });
});

describe("more people read the place", () => {
  test.each([
    ["the voice channel is for staff", onlyStaff, open],
    [
      "all see the voice channel but only staff may connect",
      channel({ [everyone]: { deny: connect } }),
      open,
    ],
    ["one role may not connect", channel({ guest: { deny: connect } }), open],
    [
      "a member may read the place and has no right to join",
      channel({ [everyone]: { deny: view }, staff: { allow: both } }),
      channel({ [everyone]: { deny: view } }, { "99": { allow: view } }),
    ],
    ["a member is kept from joining", channel({}, { "99": { deny: connect } }), open],
  ])("where %s", (_, voice, place) => {
    expect(audienceIncludes({ roles: withStaff, voice, place })).toBe(false);
  });
});

test("a server with all the roles and overwrites that Discord allows is judged in a moment", () => {
  const ids = Array.from({ length: 249 }, (_, index) => `role${index}`);
  const roles = rolesOf({ [everyone]: both, ...Object.fromEntries(ids.map((id) => [id, view])) });
  const members = Object.fromEntries(
    Array.from({ length: 750 }, (_, index) => [`${index}`, { allow: view }]),
  );
  const place = channel(Object.fromEntries(ids.map((id) => [id, { allow: view }])), members);
  const judged = { reads: 0 };
  const counted: ReadonlyMap<string, Overwrite> = new (class extends Map<string, Overwrite> {
    override get(id: string): Overwrite | undefined {
      judged.reads++;
      return super.get(id);
    }
  })(place.members);
  expect(audienceIncludes({ roles, voice: open, place: { ...place, members: counted } })).toBe(true);
  expect(judged.reads).toBeLessThan(10 * 750);
});

test("the bot's own overwrites do not count", () => {
  const place = channel({ [everyone]: { deny: view } }, { bot: { allow: view } });
  expect(audienceIncludes({ roles: withStaff, voice: onlyStaff, place })).toBe(false);
  expect(audienceIncludes({ roles: withStaff, voice: onlyStaff, place, except: new Set(["bot"]) })).toBe(
    true,
  );
});

test.each([
  ["administrators", ["boss"], onlyStaff, true],
  [
    "those whom a role lets in",
    ["staff"],
    channel({ [everyone]: { deny: view }, staff: { allow: both } }),
    true,
  ],
  ["nobody else", ["guest"], onlyStaff, false],
])("a voice channel can be joined by %s", (_, roleIds, voice, joins) => {
  expect(mayJoin(withStaff, voice, { roleIds })).toBe(joins);
});

/** Permission by permission, every set of roles: what the short way is compared with. */
function includesByBruteForce(roles: GuildRoles, voice: ChannelAccess, place: ChannelAccess): boolean {
  const ids = [...roles.permissions.keys()].filter((id) => id !== everyone);
  const members = [undefined, ...place.members.keys(), ...voice.members.keys()];
  const has = (
    in_: ChannelAccess,
    set: readonly string[],
    member: string | undefined,
    bit: bigint,
  ): boolean => {
    const own = set.map((id) => in_.roles.get(id));
    let allowed = [everyone, ...set].some((id) => ((roles.permissions.get(id) ?? 0n) & bit) !== 0n);
    const all = in_.roles.get(everyone);
    if ((all?.deny ?? 0n) & bit) allowed = false;
    if ((all?.allow ?? 0n) & bit) allowed = true;
    if (own.some((one) => ((one?.deny ?? 0n) & bit) !== 0n)) allowed = false;
    if (own.some((one) => ((one?.allow ?? 0n) & bit) !== 0n)) allowed = true;
    const mine = member === undefined ? undefined : in_.members.get(member);
    if ((mine?.deny ?? 0n) & bit) allowed = false;
    if ((mine?.allow ?? 0n) & bit) allowed = true;
    return allowed;
  };
  for (let mask = 0; mask < 2 ** ids.length; mask++) {
    const set = ids.filter((_, index) => (mask >> index) & 1);
    if (set.some((id) => ((roles.permissions.get(id) ?? 0n) & Permission.Administrator) !== 0n)) continue;
    for (const member of members) {
      if (!has(place, set, member, view)) continue;
      if (!has(voice, set, member, view) || !has(voice, set, member, connect)) return false;
    }
  }
  return true;
}

test("two thousand random servers are judged as by trying every set of roles", () => {
  const random = seededRandom(42);
  const some = (share: number): bigint => (random() < share ? view : 0n) | (random() < share ? connect : 0n);
  const overwrites = (ids: readonly string[], share: number): Record<string, Partial<Overwrite>> =>
    Object.fromEntries(
      ids
        .filter(() => random() < share)
        .map((id) => {
          const deny = some(0.3);
          return [id, { deny, allow: some(0.35) & ~deny }];
        }),
    );
  const verdicts = { yes: 0, no: 0 };
  for (let round = 0; round < 2000; round++) {
    const ids = ["a", "b", "c", "d", "e"].slice(0, 1 + Math.floor(random() * 5));
    const roles = rolesOf(
      Object.fromEntries([
        [everyone, some(0.6)],
        ...ids.map((id) => [id, random() < 0.1 ? Permission.Administrator : some(0.2)] as const),
      ]),
    );
    const place = channel(overwrites([everyone, ...ids], 0.4), overwrites(["98", "99"], 0.15));
    const voice = channel(overwrites([everyone, ...ids], 0.4), overwrites(["99"], 0.15));
    const includes = audienceIncludes({ roles, voice, place });
    expect([round, includes]).toEqual([round, includesByBruteForce(roles, voice, place)]);
    verdicts[includes ? "yes" : "no"]++;
  }
  expect(Math.min(verdicts.yes, verdicts.no)).toBeGreaterThan(300);
});
