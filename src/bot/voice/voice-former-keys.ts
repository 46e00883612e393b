import type { DAVESession } from "@discordjs/voice";

/** A group's state, with the keys of everybody in it. */
export type DaveSession = NonNullable<DAVESession["session"]>;

/** Keys are good for so long after others took their place (DAVE protocol whitepaper, "Sender key rotation"; §5.2 of the reference). */
const formerKeysMs = 10_000;

/**
 * A group that is founded anew (op 24, epoch 1) has no keys at first, and people speak on with those that they had until the
 * new ones are in force. The library throws these away at once; here they stay, for as long as they would otherwise.
 */
export function keepFormerGroup(dave: DAVESession): {
  open(frame: Buffer, memberId: string): Buffer | undefined;
} {
  const reinit = dave.reinit.bind(dave);
  const setExternalSender = dave.setExternalSender.bind(dave);
  let externalSender: Buffer | undefined;
  dave.setExternalSender = (payload) => {
    setExternalSender(payload);
    externalSender = Buffer.from(payload);
  };
  let former: { readonly session: DaveSession; readonly untilMs: number } | undefined;
  dave.reinit = () => {
    const { session } = dave;
    if (dave.protocolVersion > 0 && session) {
      if (session.ready) former = { session, untilMs: performance.now() + formerKeysMs };
      // It makes another one where there is none.
      dave.session = undefined;
    }
    reinit();
    // Whoever asks to be let in again is not told it anew.
    if (dave.session !== session && externalSender) dave.session?.setExternalSender(externalSender);
  };
  return {
    open(frame, memberId) {
      if (former && performance.now() >= former.untilMs) former = undefined;
      return openWith(former?.session, frame, memberId);
    },
  };
}

const mediaTypeAudio = 0;

/** Undefined where the session has no key for it. */
export function openWith(
  session: DaveSession | undefined,
  frame: Buffer,
  memberId: string,
): Buffer | undefined {
  try {
    return session?.decrypt(memberId, mediaTypeAudio, frame);
  } catch {
    // Sealed with another group's keys: that is what is being found out.
    return undefined;
  }
}
