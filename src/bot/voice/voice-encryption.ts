import type { DAVESession } from "@discordjs/voice";

import { keepFormerGroup, openWith } from "./voice-former-keys.ts";

/** End-to-end encryption of one voice session (DAVE), with what @discordjs/voice 0.19.2 gets wrong put right. */
export interface VoiceEncryption {
  /** "off" where the channel has none (stages), "waiting" while the group's keys are not there yet. */
  readonly status: "off" | "waiting" | "on";
  /** Another one with each change of the group's keys; undefined while there are none. */
  readonly privacyCode: string | undefined;
  /** A member's frame as it was before its encryption; otherwise why it cannot be read. Never throws. */
  open(frame: Buffer, memberId: string): Buffer | "undecryptable" | "unencrypted";
  /** The same with a frame that is tried again: that it cannot be read is no sign of trouble. */
  reopen(frame: Buffer, memberId: string): Buffer | "undecryptable" | "unencrypted";
  /** To be called when the library has executed a transition. */
  transitioned(): void;
  /** Leaves the group and asks to be let in again, if that still makes sense. */
  recover(): void;
}

/** What the guards ran into. */
export interface EncryptionHooks {
  /** The library would have thrown into its websocket handler. */
  onFault(where: "proposals" | "external-sender", error: unknown): void;
  onRecovery(outcome: "started" | "refused"): void;
}

/** Each costs everybody in the channel a new epoch: without a single good frame in between, more of them are no use. */
const maxRecoveries = 5;
const silenceFrame = Buffer.from("f8fffe", "hex");

/** `passthroughMs`: frames that were sent just before a channel's encryption was switched on may still be under way for so long. */
export function createVoiceEncryption(
  dave: DAVESession,
  hooks: EncryptionHooks,
  { passthroughMs }: { readonly passthroughMs: number },
): VoiceEncryption {
  const recoveries = boundRecoveries(dave, hooks);
  surviveProposals(dave, hooks);
  const former = keepFormerGroup(dave);
  surviveExternalSender(dave, hooks);
  const recover = (): void => dave.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);

  const decrypt = (frame: Buffer, memberId: string): Buffer | "undecryptable" => {
    try {
      const opened = dave.decrypt(frame, memberId);
      // It hands back what it does not want to decrypt.
      return !opened || opened === frame ? "undecryptable" : opened;
    } catch {
      // Its own recovery takes transition 0 for none and throws instead (defect E).
      recover();
      return "undecryptable";
    }
  };
  const openBy = (
    key: typeof decrypt,
    frame: Buffer,
    memberId: string,
  ): ReturnType<VoiceEncryption["open"]> => {
    // Servers say so themselves when somebody falls silent, and have no keys.
    if (frame.equals(silenceFrame)) return frame;
    if (isSealed(frame)) {
      const opened =
        former.open(frame, memberId) ?? (dave.session?.ready ? key(frame, memberId) : "undecryptable");
      if (typeof opened !== "string") recoveries.succeeded();
      return opened;
    }
    const clear = dave.protocolVersion === 0 || dave.session?.canPassthrough(memberId) === true;
    return clear ? frame : "unencrypted";
  };

  return {
    get status() {
      if (dave.protocolVersion === 0) return "off";
      return dave.session?.ready ? "on" : "waiting";
    },
    get privacyCode() {
      return dave.voicePrivacyCode ?? undefined;
    },
    open: (frame, memberId) => openBy(decrypt, frame, memberId),
    // The library counts failures, and leaves the group after some.
    reopen: (frame, memberId) =>
      openBy((sealed) => openWith(dave.session, sealed, memberId) ?? "undecryptable", frame, memberId),
    transitioned() {
      endPassthrough(dave, passthroughMs);
    },
    recover,
  };
}

/**
 * DAVE's trailer: an 8-byte tag, a nonce, the trailer's size, FA FA (protocol whitepaper, "Payload format"). While the library
 * waits for keys it hands such frames on as if they were Opus (defect A).
 */
function isSealed(frame: Buffer): boolean {
  const size = frame.at(-3) ?? 0;
  return frame.at(-1) === 0xfa && frame.at(-2) === 0xfa && size >= 12 && size <= frame.length;
}

/** The library recovers again and again, without end (defects B and E). */
function boundRecoveries(dave: DAVESession, hooks: EncryptionHooks): { readonly succeeded: () => void } {
  const recoverFromInvalidTransition = dave.recoverFromInvalidTransition.bind(dave);
  let left = maxRecoveries;
  dave.recoverFromInvalidTransition = (transitionId) => {
    if (dave.reinitializing) return;
    if (left === 0) {
      hooks.onRecovery("refused");
      return;
    }
    left--;
    hooks.onRecovery("started");
    recoverFromInvalidTransition(transitionId);
  };
  return {
    succeeded: () => {
      left = maxRecoveries;
    },
  };
}

/** Proposals that cannot be processed throw into the websocket's handler and end the process (defect 0). */
function surviveProposals(dave: DAVESession, hooks: EncryptionHooks): void {
  const processProposals = dave.processProposals.bind(dave);
  dave.processProposals = (payload, connectedClients) => {
    try {
      return processProposals(payload, connectedClients);
    } catch (error) {
      hooks.onFault("proposals", error);
      dave.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);
      return undefined;
    }
  };
}

/** An external sender that comes twice throws as well (defect 0). The same one again says nothing new; another ends the group. */
function surviveExternalSender(dave: DAVESession, hooks: EncryptionHooks): void {
  const setExternalSender = dave.setExternalSender.bind(dave);
  let known: Buffer | undefined;
  dave.setExternalSender = (payload) => {
    try {
      setExternalSender(payload);
      known = Buffer.from(payload);
    } catch (error) {
      if (known?.equals(payload)) return;
      hooks.onFault("external-sender", error);
      known = Buffer.from(payload);
      dave.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);
      attempt(
        () => setExternalSender(payload),
        (again) => hooks.onFault("external-sender", again),
      );
    }
  };
}

function attempt(act: () => void, otherwise: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    otherwise(error);
  }
}

/** After a downgrade the library lets clear frames pass for ever (defect G). Where they may not pass this changes nothing. */
function endPassthrough(dave: DAVESession, withinMs: number): void {
  if (dave.protocolVersion > 0) dave.session?.setPassthroughMode(false, Math.ceil(withinMs / 1000));
}
