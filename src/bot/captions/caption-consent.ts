import type { ConsentChoice, Store } from "../../store/store.ts";

/** Who may be heard, answered at once: a packet cannot wait for the database. Whoever is not known yet may not be. */
export interface CaptionConsent {
  /** For a session; with `optInOnly` only who said yes may be heard. */
  within(rules: { readonly optInOnly: boolean }): SessionConsent;
  /**
   * Looks people up, so that they are heard from their first word; those who are known too, because they may have decided in
   * another process. Gives those who turn out to have opted out. Throws StoreError.
   */
  refresh(memberIds: readonly string[]): Promise<readonly string[]>;
  /** Somebody just decided. */
  decided(memberId: string, optedOut: boolean): void;
}

/** Consent as a session's rules have it. */
export interface SessionConsent {
  mayHear(memberId: string): boolean;
}

export interface CaptionConsentOptions {
  readonly consent: Pick<Store["consent"], "choice" | "choices">;
  readonly onTrouble: (error: unknown) => void;
}

const mostKnown = 10_000;

export function createCaptionConsent({ consent, onTrouble }: CaptionConsentOptions): CaptionConsent {
  const known = new Map<string, ConsentChoice | "undecided" | "asking">();

  const ask = async (memberId: string): Promise<void> => {
    if (!known.has(memberId)) known.set(memberId, "asking");
    try {
      const choice = await consent.choice(memberId);
      // What they decided meanwhile counts.
      if (known.get(memberId) === "asking") known.set(memberId, choice ?? "undecided");
    } catch (error) {
      known.delete(memberId);
      onTrouble(error);
    }
  };

  return {
    within: ({ optInOnly }) => ({
      mayHear(memberId) {
        const answer = known.get(memberId);
        if (answer === undefined) {
          if (known.size >= mostKnown) known.clear();
          void ask(memberId);
        }
        return answer === "in" || (answer === "undecided" && !optInOnly);
      },
    }),
    async refresh(memberIds) {
      const before = new Map(memberIds.map((id) => [id, known.get(id)]));
      const choices = await consent.choices(memberIds);
      const out: string[] = [];
      for (const [memberId, held] of before) {
        const choice = choices.get(memberId) ?? "undecided";
        // What they decided here meanwhile counts.
        if (choice === held || known.get(memberId) !== held) continue;
        known.set(memberId, choice);
        if (choice === "out") out.push(memberId);
      }
      return out;
    },
    decided(memberId, optedOut) {
      known.set(memberId, optedOut ? "out" : "in");
    },
  };
}
