import type { Locale } from "../../explanations/explain.ts";

/** Who wants which voice channel captioned, and where. */
export interface CaptionRequest {
  readonly guildId: string;
  readonly voiceChannelId: string;
  /** Where it is announced. */
  readonly whereId: string;
  readonly whereType: number | null;
  readonly starterName: string;
  readonly locale: Locale;
  /** What is spoken, where it is not what the recognizer is set to. */
  readonly language?: string | undefined;
}
