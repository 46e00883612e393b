import { createEnrolment } from "./dave-enrolment.ts";
import { createDaveGroup } from "./dave-group.ts";
import { createDaveTransitions } from "./dave-transitions.ts";

/** What a voice server says to a member about end-to-end encryption, op by op. */
export interface DaveListener {
  readonly id: string;
  /** op 25 */
  externalSender(payload: Buffer): void;
  /** op 27 */
  proposals(payload: Buffer): void;
  /** op 29 */
  announceCommit(transitionId: number, commit: Buffer): void;
  /** op 30 */
  welcome(transitionId: number, welcome: Buffer): void;
  /** op 21 */
  prepareTransition(transitionId: number, version: number): void;
  /** op 22 */
  executeTransition(transitionId: number): void;
  /** op 24 */
  prepareEpoch(epoch: number, version: number): void;
}

/** One channel's DAVE v1 protocol, as its voice server runs it: one batch of proposals at a time, the first commit wins. */
export interface DaveRoom {
  readonly epoch: bigint;
  readonly groupIds: readonly string[];
  /** How often members said that a commit or welcome was invalid (op 31). */
  readonly invalidations: number;
  join(member: DaveListener): void;
  leave(memberId: string): void;
  /** op 26 */
  keyPackage(memberId: string, keyPackage: Buffer): void;
  /** op 28 */
  commitWelcome(memberId: string, payload: Buffer): void;
  /** op 23 */
  transitionReady(memberId: string, transitionId: number): void;
  /** op 31: the member will send a new key package and wants to be added again. */
  invalid(memberId: string): void;
  /** Founds a new group with everybody in it, in the middle of whatever is said; also ends a downgrade. */
  rekey(): void;
  /** Everybody goes on without end-to-end encryption, as when somebody comes whose client has none. */
  downgrade(): void;
  /** op 25 once more, to somebody who has it already. */
  repeatExternalSender(memberId: string): void;
}

const version = 1;
const unencrypted = 0;

export function createDaveRoom(channelId: string): DaveRoom {
  const group = createDaveGroup(channelId);
  const members = new Map<string, DaveListener>();
  const enrolled = createEnrolment<DaveListener>();
  const keyPackages = new Map<string, Buffer>();
  const again = new Set<string>();
  /** Members of the group before, who are all to be in the next one from its first epoch. */
  const awaited = new Set<string>();
  let proposing: { readonly joining: ReadonlySet<string>; readonly to: readonly DaveListener[] } | undefined;
  let invalidations = 0;

  const present = (ids: Iterable<string>): DaveListener[] => [...ids].flatMap((id) => members.get(id) ?? []);

  const transitions = createDaveTransitions((id, everybody) => {
    for (const member of present(everybody)) member.executeTransition(id);
  });

  const startOver = (): void => {
    group.reset();
    enrolled.clear();
    keyPackages.clear();
    again.clear();
    proposing = undefined;
    for (const member of members.values()) {
      awaited.add(member.id);
      beginAnew(member, group.externalSender);
    }
  };

  const propose = (
    to: readonly DaveListener[],
    payload: Buffer | undefined,
    joining: Iterable<string>,
  ): void => {
    if (!payload) return;
    proposing = { joining: new Set(joining), to };
    for (const member of to) member.proposals(payload);
  };

  const step = (): void => {
    if (proposing) return;
    const leaving = group.memberIds.filter(
      (id) => !enrolled.has(id) || (again.has(id) && keyPackages.has(id)),
    );
    const staying = group.memberIds.filter((id) => !leaving.includes(id));
    // In the order in which they came to the channel: the first founds the group.
    const joining = [...members.keys()].flatMap((memberId) => {
      const keyPackage = keyPackages.get(memberId);
      return keyPackage && !staying.includes(memberId) ? [{ memberId, keyPackage }] : [];
    });
    if (group.memberIds.length === 0) {
      if (awaited.size > 0) return;
      const [founder, ...others] = joining;
      if (!founder || others.length === 0) return;
      propose(
        present([founder.memberId]),
        group.proposeAdds(others),
        joining.map(({ memberId }) => memberId),
      );
      return;
    }
    // Whoever is left alone starts a new group, as on Discord.
    if (leaving.length > 0 && (staying.length === 0 || (staying.length === 1 && joining.length === 0))) {
      startOver();
      return;
    }
    const changes = group.proposeChanges(leaving, joining);
    propose(
      present(staying),
      changes,
      joining.map(({ memberId }) => memberId),
    );
  };

  return {
    get epoch() {
      return group.epoch;
    },
    get groupIds() {
      return group.memberIds;
    },
    get invalidations() {
      return invalidations;
    },
    join(member) {
      members.set(member.id, member);
      member.externalSender(group.externalSender);
    },
    leave(memberId) {
      members.delete(memberId);
      enrolled.drop(memberId);
      keyPackages.delete(memberId);
      again.delete(memberId);
      awaited.delete(memberId);
      transitions.leave(memberId);
      const unanswered = proposing?.to.filter((member) => members.get(member.id) === member) ?? [];
      if (proposing?.joining.has(memberId) || (proposing && unanswered.length === 0)) {
        const revoke = group.revoke();
        proposing = undefined;
        if (revoke) for (const member of unanswered) member.proposals(revoke);
      }
      step();
    },
    keyPackage(memberId, keyPackage) {
      keyPackages.set(memberId, keyPackage);
      awaited.delete(memberId);
      step();
    },
    commitWelcome(memberId, payload) {
      const before = group.memberIds;
      const sender = members.get(memberId);
      if (!sender || (before.length > 0 && !enrolled.has(memberId))) return;
      const committed = group.commit(memberId, payload);
      if (!committed) return;
      proposing = undefined;
      // A group's first epoch takes effect at once; every later one when all have said that they are ready.
      const id = before.length === 0 ? 0 : transitions.begin(group.memberIds);
      const welcomed = new Set(committed.welcomes.map((one) => one.memberId));
      const founders = before.length === 0 ? [sender] : [];
      const announced = enrolled.renew({ memberIds: group.memberIds, founders, welcomed: present(welcomed) });
      for (const one of [...founders.map((founder) => founder.id), ...welcomed]) keyPackages.delete(one);
      for (const one of welcomed) again.delete(one);
      for (const member of announced) member.announceCommit(id, committed.commit);
      for (const { memberId: to, welcome } of committed.welcomes) members.get(to)?.welcome(id, welcome);
      step();
    },
    transitionReady: (memberId, transitionId) => transitions.ready(memberId, transitionId),
    invalid(memberId) {
      invalidations++;
      again.add(memberId);
    },
    rekey: startOver,
    downgrade() {
      const id = transitions.begin([...members.keys()]);
      for (const member of members.values()) member.prepareTransition(id, unencrypted);
    },
    repeatExternalSender: (memberId) => members.get(memberId)?.externalSender(group.externalSender),
  };
}

function beginAnew(member: DaveListener, externalSender: Buffer): void {
  member.prepareEpoch(1, version);
  member.externalSender(externalSender);
  member.prepareTransition(0, version);
}
