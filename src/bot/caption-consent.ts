import type { Store } from "../store/store.ts";

/** Who may be heard, answered at once: a packet cannot wait for the database. Whoever is not known yet may not be. */
export interface CaptionConsent {
  mayHear(memberId: string): boolean;
  /** Looks people up, so that they are heard from their first word. */
  learn(memberIds: readonly string[]): Promise<void>;
  /** Somebody just decided. */
  decided(memberId: string, optedOut: boolean): void;
}

export interface CaptionConsentOptions {
  readonly consent: Store["consent"];
  readonly onTrouble: (error: unknown) => void;
}

const mostKnown = 10_000;

export function createCaptionConsent({ consent, onTrouble }: CaptionConsentOptions): CaptionConsent {
  const known = new Map<string, "heard" | "unheard" | "asking">();

  const ask = async (memberId: string): Promise<void> => {
    if (!known.has(memberId)) known.set(memberId, "asking");
    try {
      const isOut = await consent.isOptedOut(memberId);
      // What they decided meanwhile counts.
      if (known.get(memberId) === "asking") known.set(memberId, isOut ? "unheard" : "heard");
    } catch (error) {
      known.delete(memberId);
      onTrouble(error);
    }
  };

  return {
    mayHear(memberId) {
      const answer = known.get(memberId);
      if (answer === undefined) {
        if (known.size >= mostKnown) known.clear();
        void ask(memberId);
      }
      return answer === "heard";
    },
    async learn(memberIds) {
      await Promise.all(memberIds.filter((id) => !known.has(id)).map(ask));
    },
    decided(memberId, optedOut) {
      known.set(memberId, optedOut ? "unheard" : "heard");
    },
  };
}
