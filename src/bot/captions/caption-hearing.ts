import type { Locale } from "../../explanations/explain.ts";
import type { Words } from "../../explanations/words.ts";
import type { VoiceChannel, VoiceState } from "../voice/voice-channel.ts";

export interface HearingOptions {
  readonly words: Words;
  readonly locale: Locale;
  readonly voice: Pick<VoiceChannel, "speakers">;
  /** What was said last is complete. */
  readonly onSilenced: () => Promise<void>;
  /** A line of ours in the captions' place. */
  readonly remark: (markdown: string, key: string) => void;
}

/** Says, each once, when nothing is heard any more, when it is again, and when a moment of it may be missing. */
export function createHearingRemarks(options: HearingOptions): (now: VoiceState) => Promise<void> {
  const { words, locale, voice, onSilenced } = options;
  let hearsNothing: VoiceState["status"] | undefined;
  let rejoining = false;
  const remark = (
    key: "captionsDeafened" | "captionsReconnecting" | "captionsHearAgain" | "captionsRejoined",
  ) => options.remark(words.say(locale, key), "ear");

  return async (now) => {
    const was = hearsNothing;
    if (now.status === "deafened" || now.status === "waiting") {
      await onSilenced();
      if (was === now.status) return;
      hearsNothing = now.status;
      remark(now.status === "deafened" ? "captionsDeafened" : "captionsReconnecting");
    } else if (now.status === "joining") {
      // As when Discord moves a call to another server: whoever spoke may speak on meanwhile.
      rejoining ||= voice.speakers.size > 0;
    } else if (now.status === "listening") {
      hearsNothing = undefined;
      if (was !== undefined) remark("captionsHearAgain");
      else if (rejoining) remark("captionsRejoined");
      rejoining = false;
    }
  };
}
