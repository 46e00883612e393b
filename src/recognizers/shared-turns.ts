import { z } from "zod";

import {
  givePlace,
  type LaneAccounts,
  type LaneBook,
  lanes,
  newAccounts,
  nextLane,
  withNewcomers,
} from "./lane-order.ts";
import type { Lane, Turn } from "./recognizer.ts";
import type { Front } from "./turns.ts";

/** The front of a process's line, as it shows it to those with whom it shares the places. */
export interface ShownFront extends Front {
  readonly processId: string;
}

/** A place as it was given, so long as it is remembered. */
export interface GivenPlace extends Turn {
  readonly processId: string;
}

/** The book of turns that processes share. Plain data. */
export interface SharedTurns extends LaneBook {
  /** How many places were given so far. */
  readonly given: number;
  /** The last of them, newest last. Who is not in it was served long ago. */
  readonly places: readonly GivenPlace[];
}

/** The book goes over the network with every question for a slot; 64 places are twenty seconds of SIS. */
const REMEMBERED_PLACES = 64;

const lane = z.enum(["live", "interactive", "note", "file"]);
const account = z.object({ spent: z.number(), passedOver: z.number() });
const turn = z.object({ lane, guildId: z.string(), memberId: z.string() });

export const sharedTurnsSchema = z.object({
  accounts: z.object({ live: account, interactive: account, note: account, file: account }),
  waiting: z.array(lane),
  given: z.number(),
  places: z.array(turn.extend({ processId: z.string() })),
});

export const frontSchema = z.object({ turn, waiting: z.array(lane) });

export function newSharedTurns(): SharedTurns {
  return { accounts: newAccounts(), waiting: [], given: 0, places: [] };
}

/**
 * Whose turn it is among the fronts of all: lanes by weight; in a lane the guild that was served longest ago, in a guild the
 * member; between equals the process. Undefined where nobody waits.
 */
export function firstOfFronts(shared: SharedTurns, fronts: readonly ShownFront[]): ShownFront | undefined {
  // A lane that waits behind the front of its own process has to be shown before it can be next.
  const next = nextLane(
    accountsNow(shared, fronts),
    fronts.map((front) => front.turn.lane),
  );
  const servedAt = (is: (place: GivenPlace) => boolean): number => shared.places.findLastIndex(is);
  return fronts
    .filter((front) => front.turn.lane === next)
    .map((front) => ({
      front,
      order: [
        servedAt((place) => isOfGuild(place, front.turn)),
        servedAt((place) => isOfGuild(place, front.turn) && place.memberId === front.turn.memberId),
        servedAt((place) => place.processId === front.processId),
      ],
    }))
    .toSorted((a, b) => compareEach(a.order, b.order))[0]?.front;
}

/** The book after the process of this front took a place. */
export function giveSharedPlace(
  shared: SharedTurns,
  front: ShownFront,
  fronts: readonly ShownFront[],
): SharedTurns {
  const waiting = lanesOf([...fronts, front]);
  return {
    accounts: givePlace(accountsNow(shared, [...fronts, front]), front.turn.lane, waiting),
    waiting,
    given: shared.given + 1,
    places: [...shared.places, { ...front.turn, processId: front.processId }].slice(-REMEMBERED_PLACES),
  };
}

/** What others were given since so many places had been given; what is not remembered is left out. */
export function placesElsewhere(shared: SharedTurns, since: number, processId: string): GivenPlace[] {
  // A book that was lost begins anew with fewer places than were seen: all of it is news.
  const count = shared.given < since ? shared.given : shared.given - since;
  return count === 0 ? [] : shared.places.slice(-count).filter((place) => place.processId !== processId);
}

function accountsNow({ accounts, waiting }: SharedTurns, fronts: readonly ShownFront[]): LaneAccounts {
  return withNewcomers(accounts, { before: waiting, now: lanesOf(fronts) });
}

function lanesOf(fronts: readonly ShownFront[]): Lane[] {
  return lanes.filter((one) => fronts.some(({ waiting }) => waiting.includes(one)));
}

function isOfGuild(place: Turn, other: Turn): boolean {
  return place.lane === other.lane && place.guildId === other.guildId;
}

function compareEach(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
