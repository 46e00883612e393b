/** Who holds a group's keys. Whoever comes back under the same id is somebody else until they are let in again. */
export interface Enrolment<Member extends { readonly id: string }> {
  has(memberId: string): boolean;
  drop(memberId: string): void;
  clear(): void;
  /** A new epoch of these members; gives those of them who had the keys before, or founded the group, and are to hear of its commit. */
  renew(epoch: {
    readonly memberIds: readonly string[];
    readonly founders: readonly Member[];
    readonly welcomed: readonly Member[];
  }): readonly Member[];
}

export function createEnrolment<Member extends { readonly id: string }>(): Enrolment<Member> {
  const enrolled = new Map<string, Member>();
  return {
    has: (memberId) => enrolled.has(memberId),
    drop: (memberId) => void enrolled.delete(memberId),
    clear: () => enrolled.clear(),
    renew({ memberIds, founders, welcomed }) {
      for (const one of founders) enrolled.set(one.id, one);
      for (const id of enrolled.keys()) if (!memberIds.includes(id)) enrolled.delete(id);
      for (const one of welcomed) enrolled.delete(one.id);
      const announced = [...enrolled.values()];
      for (const one of welcomed) enrolled.set(one.id, one);
      return announced;
    },
  };
}
