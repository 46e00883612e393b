/** Changes that take effect together: each member says when it is ready (op 23), then all are told to go (op 22). */
export interface DaveTransitions {
  /** Gives the new transition's id, which is never 0. */
  begin(memberIds: readonly string[]): number;
  ready(memberId: string, transitionId: number): void;
  /** Nobody waits for whoever is gone. */
  leave(memberId: string): void;
}

interface Transition {
  readonly id: number;
  readonly everybody: ReadonlySet<string>;
  readonly waiting: Set<string>;
}

export function createDaveTransitions(
  execute: (transitionId: number, memberIds: Iterable<string>) => void,
): DaveTransitions {
  const transitions = new Map<number, Transition>();
  let last = 0;
  const settle = (transition: Transition): void => {
    if (transition.waiting.size > 0 || !transitions.delete(transition.id)) return;
    execute(transition.id, transition.everybody);
  };
  return {
    begin(memberIds) {
      last = (last % 0xffff) + 1;
      transitions.set(last, { id: last, everybody: new Set(memberIds), waiting: new Set(memberIds) });
      return last;
    },
    ready(memberId, transitionId) {
      const transition = transitions.get(transitionId);
      transition?.waiting.delete(memberId);
      if (transition) settle(transition);
    },
    leave(memberId) {
      for (const transition of transitions.values()) {
        transition.waiting.delete(memberId);
        settle(transition);
      }
    },
  };
}
