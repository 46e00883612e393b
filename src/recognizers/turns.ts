import {
  beginWaiting,
  givePlace,
  type LaneBook,
  lanes,
  newAccounts,
  nextLane,
  withNewcomers,
} from "./lane-order.ts";
import type { Lane, Turn } from "./recognizer.ts";

/** Everything of one lane: guilds in the order of their turns, members in theirs, items in order of arrival. */
interface LaneQueue<T> {
  readonly guilds: Map<string, Map<string, Set<T>>>;
  size: number;
}

/** Whose turn it is in a line, and which lanes wait in it. */
export interface Front {
  readonly turn: Turn;
  readonly waiting: readonly Lane[];
}

/** Who waits, and who is next: lanes by weight, guilds take turns in a lane, members take turns in a guild. */
export interface Turns<T> {
  /** Puts an item at the end of its member's line and gives back how to take it out again. */
  add(turn: Turn, item: T): () => void;
  /** Whose turn it is; calling it changes nothing. */
  peek(): (Front & { readonly item: T }) | undefined;
  /** Gives an item its place; false where it waits no more. */
  serve(turn: Turn, item: T): boolean;
  /** Takes out whose turn it is. */
  shift(): T | undefined;
  /** Others who share the places were given these; the book counts theirs and ours. */
  learn(placesElsewhere: readonly Turn[], book: LaneBook): void;
  size(lane: Lane): number;
}

/** Makes an empty waiting line. Items must be distinct objects; all operations take constant time. */
export function createTurns<T extends object>(): Turns<T> {
  const queues = new Map(lanes.map((lane) => [lane, emptyLane<T>()]));
  let accounts = newAccounts();
  const queueOf = (lane: Lane): LaneQueue<T> => queues.get(lane) ?? emptyLane<T>();
  const waitingLanes = (): Lane[] => lanes.filter((lane) => queueOf(lane).size > 0);

  const remove = (turn: Turn, item: T): boolean => {
    const queue = queueOf(turn.lane);
    const members = queue.guilds.get(turn.guildId);
    const items = members?.get(turn.memberId);
    if (!members || !items?.delete(item)) return false;
    queue.size -= 1;
    if (items.size === 0) members.delete(turn.memberId);
    if (members.size === 0) queue.guilds.delete(turn.guildId);
    return true;
  };

  const endTurn = ({ lane, guildId, memberId }: Turn): void => {
    const { guilds } = queueOf(lane);
    moveToEnd(guilds.get(guildId), memberId);
    moveToEnd(guilds, guildId);
  };

  const peek: Turns<T>["peek"] = () => {
    const waiting = waitingLanes();
    const lane = nextLane(accounts, waiting);
    const first = lane && firstOf(queueOf(lane));
    if (!lane || !first) return undefined;
    const { guildId, memberId, item } = first;
    return { turn: { lane, guildId, memberId }, waiting, item };
  };

  const serve: Turns<T>["serve"] = (turn, item) => {
    const waiting = waitingLanes();
    if (!remove(turn, item)) return false;
    accounts = givePlace(accounts, turn.lane, waiting);
    endTurn(turn);
    return true;
  };

  return {
    add(turn, item) {
      const { lane, guildId, memberId } = turn;
      const queue = queueOf(lane);
      if (queue.size === 0) accounts = beginWaiting(accounts, lane, waitingLanes());
      const members = ensure(queue.guilds, guildId, () => new Map<string, Set<T>>());
      ensure(members, memberId, () => new Set<T>()).add(item);
      queue.size += 1;
      return () => void remove(turn, item);
    },
    peek,
    serve,
    shift() {
      const front = peek();
      if (front) serve(front.turn, front.item);
      return front?.item;
    },
    learn(placesElsewhere, book) {
      for (const turn of placesElsewhere) endTurn(turn);
      // The others do not know yet of a lane that has just begun to wait here.
      accounts = withNewcomers(book.accounts, { before: book.waiting, now: waitingLanes() });
    },
    size: (lane) => queueOf(lane).size,
  };
}

function emptyLane<T>(): LaneQueue<T> {
  return { guilds: new Map(), size: 0 };
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
