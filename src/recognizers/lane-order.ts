import type { Lane } from "./recognizer.ts";

/** Most urgent first. */
export const lanes: readonly Lane[] = ["live", "interactive", "note", "file"];

/** How many places a lane gets while all lanes wait, before the floor below. */
const weights: Readonly<Record<Lane, number>> = { live: 8, interactive: 4, note: 2, file: 1 };

/** A waiting lane gets at least one of so many places in a row, whatever its weight. */
const FLOOR_PLACES = 8;

export interface LaneAccount {
  /** Virtual time of weighted sharing: grows by 1/weight with every place. */
  readonly spent: number;
  /** Places that went to others since this lane waits. */
  readonly passedOver: number;
}

/** What the lanes were given so far. Plain data, so that it can be shared. */
export type LaneAccounts = Readonly<Record<Lane, LaneAccount>>;

/** The accounts, and the lanes that waited when the last place was given. */
export interface LaneBook {
  readonly accounts: LaneAccounts;
  readonly waiting: readonly Lane[];
}

export function newAccounts(): LaneAccounts {
  const none: LaneAccount = { spent: 0, passedOver: 0 };
  return { live: none, interactive: none, note: none, file: none };
}

/** A lane begins to wait while others do: level with them, since it saved nothing up while it was empty. */
export function beginWaiting(accounts: LaneAccounts, lane: Lane, others: readonly Lane[]): LaneAccounts {
  const least = others.length > 0 ? Math.min(...others.map((other) => accounts[other].spent)) : 0;
  return { ...accounts, [lane]: { spent: Math.max(accounts[lane].spent, least), passedOver: 0 } };
}

/** The accounts with the lanes that wait now and did not when the last place was given. */
export function withNewcomers(
  accounts: LaneAccounts,
  { before, now }: { readonly before: readonly Lane[]; readonly now: readonly Lane[] },
): LaneAccounts {
  const known = now.filter((lane) => before.includes(lane));
  return now
    .filter((lane) => !known.includes(lane))
    .reduce((all, lane) => beginWaiting(all, lane, known), accounts);
}

/** The waiting lane that spent least for its weight; but first one that would otherwise miss its place among eight. */
export function nextLane(accounts: LaneAccounts, waiting: readonly Lane[]): Lane | undefined {
  const inOrder = lanes.filter((lane) => waiting.includes(lane));
  // Both sorts are stable: between equals the more urgent lane wins.
  const byNeed = inOrder.toSorted((a, b) => accounts[b].passedOver - accounts[a].passedOver);
  // The lane of rank r has r lanes to let go first, so its last chance to begin with them is r places sooner.
  const urgent = byNeed.some((lane, rank) => accounts[lane].passedOver + rank >= FLOOR_PLACES - 1);
  return urgent ? byNeed[0] : inOrder.toSorted((a, b) => accounts[a].spent - accounts[b].spent)[0];
}

/** A lane was given a place while these waited, itself among them. */
export function givePlace(accounts: LaneAccounts, lane: Lane, waiting: readonly Lane[]): LaneAccounts {
  const after = (one: Lane): LaneAccount => {
    const { spent, passedOver } = accounts[one];
    if (one === lane) return { spent: spent + 1 / weights[lane], passedOver: 0 };
    return { spent, passedOver: waiting.includes(one) ? passedOver + 1 : 0 };
  };
  return { live: after("live"), interactive: after("interactive"), note: after("note"), file: after("file") };
}
