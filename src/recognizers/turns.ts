import type { Lane, Turn } from "./recognizer.ts";

/** Most urgent first. */
export const lanes: readonly Lane[] = ["live", "interactive", "note", "file"];

/** How many places a lane gets while all lanes wait, before the floor below. */
const weights: Readonly<Record<Lane, number>> = { live: 8, interactive: 4, note: 2, file: 1 };

/** A waiting lane gets at least one of so many places in a row, whatever its weight. */
const FLOOR_PLACES = 8;

/** Everything of one lane: guilds in the order of their turns, members in theirs, items in order of arrival. */
interface LaneQueue<T> {
  readonly guilds: Map<string, Map<string, Set<T>>>;
  size: number;
  /** Virtual time of weighted sharing: grows by 1/weight with every place. */
  spent: number;
  /** Places that went to others since this lane waits. */
  passedOver: number;
}

/** Who waits, and who is next: lanes by weight, guilds take turns in a lane, members take turns in a guild. */
export interface Turns<T> {
  /** Puts an item at the end of its member's line and gives back how to take it out again. */
  add(turn: Turn, item: T): () => void;
  /** Whose turn it is; calling it changes nothing. */
  peek(): T | undefined;
  /** The lane whose turn it is. */
  peekLane(): Lane | undefined;
  /** Takes out whose turn it is. */
  shift(): T | undefined;
  size(lane: Lane): number;
}

/** Makes an empty waiting line. Items must be distinct objects; all operations take constant time. */
export function createTurns<T extends object>(): Turns<T> {
  const queues = new Map(lanes.map((lane) => [lane, emptyLane<T>()]));
  const queueOf = (lane: Lane): LaneQueue<T> => queues.get(lane) ?? emptyLane<T>();

  const remove = (turn: Turn, item: T): void => {
    const queue = queueOf(turn.lane);
    const members = queue.guilds.get(turn.guildId);
    const items = members?.get(turn.memberId);
    if (!members || !items?.delete(item)) return;
    queue.size -= 1;
    if (queue.size === 0) queue.passedOver = 0;
    if (items.size === 0) members.delete(turn.memberId);
    if (members.size === 0) queue.guilds.delete(turn.guildId);
  };

  return {
    add(turn, item) {
      const queue = queueOf(turn.lane);
      // A lane that was empty starts level with the others: it saved nothing up and owes nothing from before.
      if (queue.size === 0) queue.spent = Math.max(queue.spent, leastSpent(queues));
      const members = ensure(queue.guilds, turn.guildId, () => new Map<string, Set<T>>());
      ensure(members, turn.memberId, () => new Set<T>()).add(item);
      queue.size += 1;
      return () => remove(turn, item);
    },
    peek() {
      const lane = nextLane(queues);
      return lane && firstOf(queueOf(lane))?.item;
    },
    peekLane: () => nextLane(queues),
    shift() {
      const lane = nextLane(queues);
      const first = lane && firstOf(queueOf(lane));
      if (!lane || !first) return undefined;
      const { guildId, memberId, item } = first;
      for (const [other, queue] of queues) if (other !== lane && queue.size > 0) queue.passedOver += 1;
      const queue = queueOf(lane);
      queue.passedOver = 0;
      queue.spent += 1 / weights[lane];
      remove({ lane, guildId, memberId }, item);
      moveToEnd(queue.guilds.get(guildId), memberId);
      moveToEnd(queue.guilds, guildId);
      return item;
    },
    size: (lane) => queueOf(lane).size,
  };
}

function emptyLane<T>(): LaneQueue<T> {
  return { guilds: new Map(), size: 0, spent: 0, passedOver: 0 };
}

function ensure<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}

/** A Map keeps the order of insertion, so its first key is whose turn it is. */
function moveToEnd<V>(map: Map<string, V> | undefined, key: string): void {
  const value = map?.get(key);
  if (!map || value === undefined) return;
  map.delete(key);
  map.set(key, value);
}

function firstOf<T>(queue: LaneQueue<T>): { guildId: string; memberId: string; item: T } | undefined {
  for (const [guildId, members] of queue.guilds)
    for (const [memberId, items] of members) for (const item of items) return { guildId, memberId, item };
  return undefined;
}

function waitingLanes<T>(queues: ReadonlyMap<Lane, LaneQueue<T>>): [Lane, LaneQueue<T>][] {
  return [...queues].filter(([, queue]) => queue.size > 0);
}

function leastSpent<T>(queues: ReadonlyMap<Lane, LaneQueue<T>>): number {
  const spent = waitingLanes(queues).map(([, queue]) => queue.spent);
  return spent.length > 0 ? Math.min(...spent) : 0;
}

/** The lane that spent least for its weight; but first one that would otherwise miss its place among eight. */
function nextLane<T>(queues: ReadonlyMap<Lane, LaneQueue<T>>): Lane | undefined {
  // Both sorts are stable: between equals the more urgent lane wins.
  const waiting = waitingLanes(queues).sort(([, a], [, b]) => b.passedOver - a.passedOver);
  // The lane of rank r has r lanes to let go first, so its last chance to begin with them is r places sooner.
  const urgent = waiting.some(([, queue], rank) => queue.passedOver + rank >= FLOOR_PLACES - 1);
  const [next] = urgent ? waiting : waitingLanes(queues).sort(([, a], [, b]) => a.spent - b.spent);
  return next?.[0];
}
