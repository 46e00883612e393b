import type { Problem } from "./problem.ts";

/** The tag of a language that the project speaks, as in "en" or "zh" (Simplified Chinese); `localeFor` finds it. */
export type Locale = string;

/** A problem in words. `said` and `action` are for everybody; `operator` is for who runs the bot. Texts are ours, with light Markdown, and need no escaping. */
export interface Explanation {
  /** A few words, as in "Too many requests". */
  readonly title: string;
  /** What happened, in plain words. */
  readonly said: string;
  /** What the member can do; empty where nothing helps. */
  readonly action: string;
  /** What the operator can do, with the technical cause. */
  readonly operator: string;
  /** Who must act. */
  readonly audience: "member" | "operator" | "vendor";
  /** Whether trying again can help. */
  readonly retryable: boolean;
  /** Code, trace id, attempt and next try, ready for a subtext line; empty where there is none. */
  readonly subtext: string;
}

export type Explain = (problem: Problem, locale: Locale) => Explanation;
