import { DAVESession } from "@snazzah/davey";

import type { DaveListener, DaveRoom } from "./dave-room.ts";

/** A person in a voice channel whose client runs in this process: real DAVE, Opus packets that were encoded before. */
export interface LocalMember extends DaveListener {
  /** Null where the channel is not encrypted or the group is not there yet. */
  readonly privacyCode: string | null;
  /** Whether the member may send: its group's last transition was executed, or the channel is not encrypted. */
  readonly ready: boolean;
  /** The frame as it travels inside the transport encryption. */
  encrypt(packet: Buffer): Buffer;
  /** What another member's frame decrypts to; throws where it does not. */
  decrypt(memberId: string, frame: Buffer): Buffer;
  /** Says nothing more to the voice server: somebody else may have its id soon. */
  depart(): void;
}

export interface LocalMemberOptions {
  readonly id: string;
  readonly channelId: string;
  readonly dave: DaveRoom | undefined;
  /** Answers proposals this much later, so that another member's commit may come first. */
  readonly commitDelayMs?: number;
  /** Sends in the clear from a new group's founding until its keys are there. */
  readonly clearBetweenGroups?: boolean;
  /** Who is in the channel; proposals that add anybody else are not committed. */
  readonly connected: () => readonly string[];
}

export function createLocalMember(options: LocalMemberOptions): LocalMember {
  const { id, channelId, dave } = options;
  let session = new DAVESession(1, id, channelId);
  /** Of the group before this one: senders use its keys until the next ones are in force (op 22; whitepaper, "Sender key rotation"). */
  let former: DAVESession | undefined;
  const pending = new Map<number, Buffer>();
  const downgrades = new Set<number>();
  let active = false;
  let plain = false;
  let departed = false;
  let keyPackages = 0;

  const tell = (act: (room: DaveRoom) => void): void => {
    setImmediate(() => {
      if (dave && !departed) act(dave);
    });
  };

  // A sender switches keys when the transition is executed, not when the commit arrives: others may not have it yet.
  const apply = (transitionId: number): void => {
    if (downgrades.delete(transitionId)) plain = true;
    const commit = pending.get(transitionId);
    pending.delete(transitionId);
    if (commit) session.processCommit(commit);
    active = session.ready;
  };
  const applyAll = (): void => {
    for (const transitionId of pending.keys()) apply(transitionId);
  };
  return {
    id,
    get privacyCode() {
      return session.voicePrivacyCode || null;
    },
    get ready() {
      return dave === undefined || active;
    },
    encrypt(packet) {
      if (!dave || plain) return packet;
      const sender = active && session.ready ? session : former;
      return sender ? sender.encryptOpus(packet) : packet;
    },
    decrypt: (memberId, frame) => (dave ? session.decrypt(memberId, 0, frame) : frame),
    externalSender(payload) {
      session.setExternalSender(payload);
      const keyPackage = session.getSerializedKeyPackage();
      const number = ++keyPackages;
      // Where the group began anew meanwhile, only the last one is of use.
      tell((room) => {
        if (number === keyPackages) room.keyPackage(id, keyPackage);
      });
    },
    proposals(payload) {
      applyAll();
      const { commit, welcome } = session.processProposals(payload.readUInt8(0), payload.subarray(1), [
        ...options.connected(),
      ]);
      if (!commit) return;
      // Never at once: the others must have got these proposals before they hear of a commit.
      const answer = Buffer.concat([commit, welcome ?? Buffer.alloc(0)]);
      setTimeout(() => tell((room) => room.commitWelcome(id, answer)), options.commitDelayMs ?? 0);
    },
    announceCommit(transitionId, commit) {
      pending.set(transitionId, commit);
      if (transitionId === 0) apply(0);
      else tell((room) => room.transitionReady(id, transitionId));
    },
    welcome(transitionId, welcome) {
      session.processWelcome(welcome);
      if (transitionId === 0) active = session.ready;
      else tell((room) => room.transitionReady(id, transitionId));
    },
    prepareTransition(transitionId, version) {
      // Others are only sent with a new epoch, which prepareEpoch has dealt with.
      if (version !== 0) return;
      downgrades.add(transitionId);
      tell((room) => room.transitionReady(id, transitionId));
    },
    executeTransition: apply,
    depart() {
      departed = true;
    },
    prepareEpoch(epoch) {
      if (epoch !== 1) return;
      active = false;
      plain = false;
      pending.clear();
      if (session.ready && !options.clearBetweenGroups) former = session;
      session = new DAVESession(1, id, channelId);
    },
  };
}
