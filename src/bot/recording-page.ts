import type { MessageContextMenuCommandInteraction } from "discord.js";

import { localeFor, type Words } from "../explanations/words.ts";
import type { Store, StoredTranscript } from "../store/store.ts";
import { createCaptionFeed, type CaptionFeedSource } from "../transcription/caption-feed.ts";
import { readTranscript } from "../transcription/read-transcript.ts";
import { type CaptionLinks, linkHours } from "./captions/caption-links.ts";
import { mostFiles } from "./answers/answer.ts";
import { isLocal } from "./answers/pages-address.ts";
import { plainText } from "./answers/safe-text.ts";
import { keyOf } from "./records/transcript-keeper.ts";

/** Makes a private page of what was transcribed of a message, and gives the sentence to answer with. */
export type RecordingPage = (interaction: MessageContextMenuCommandInteraction) => Promise<string>;

export interface RecordingPageOptions {
  readonly store: Pick<Store, "transcripts" | "consent">;
  readonly links: Pick<CaptionLinks, "make">;
  /** Where the web pages are, without a slash at the end; undefined where none are served. */
  readonly pagesAddress: () => string | undefined;
  readonly words: Words;
}

export function createRecordingPage({
  store,
  links,
  pagesAddress,
  words,
}: RecordingPageOptions): RecordingPage {
  /** Words that are kept under a key, of each recording of a message. */
  const found = async (key: string, readerId: string): Promise<readonly StoredTranscript[]> => {
    const parts: StoredTranscript[] = [];
    for (let index = 0; index < mostFiles; index++) {
      const one = await store.transcripts.get(keyOf(key, index));
      const isTheirs = one && (!one.isPrivate || one.askerId === readerId);
      if (isTheirs && !(await store.consent.isOptedOut(one.memberId))) parts.push(one);
    }
    return parts;
  };

  return async (interaction) => {
    const { targetMessage: target, channelId, user } = interaction;
    const locale = localeFor(interaction.locale);
    const address = pagesAddress();
    if (address === undefined) return words.say(locale, "captionsLinkOff");
    // The recording itself, a command's answer to it, or whatever stands in the thread on it, which bears its id.
    for (const key of [target.id, target.interactionMetadata?.id, channelId]) {
      const parts = key === undefined ? [] : await found(key, user.id);
      const [first] = parts;
      if (!first) continue;
      const isSpeaker = target.author.id === first.memberId;
      const name = isSpeaker ? (target.member?.nickname ?? target.author.displayName) : "";
      const speaker = plainText(name) || words.say(locale, "someone");
      const token = links.make({
        memberId: user.id,
        // Where the bot is no member it cannot look again: then the link is as good as when it was made.
        audience: interaction.inCachedGuild()
          ? { guildId: interaction.guildId, channelId: first.parentId ?? first.channelId }
          : undefined,
        messageId: first.linkId ?? first.key,
        source: feedOf(parts, speaker, locale),
      });
      return words.join(
        locale,
        words.say(locale, "recordingPage", {
          link: `<${address}/captions/${token}/transcript>`,
          hours: linkHours,
        }),
        isLocal(address) ? words.say(locale, "captionsLinkLocal") : "",
      );
    }
    return words.say(locale, "recordingPageNone");
  };
}

/** Recordings of one message follow each other; the words of each turn go with their time. */
function feedOf(parts: readonly StoredTranscript[], speaker: string, locale: string): CaptionFeedSource {
  const source = createCaptionFeed({ kind: "recording", title: speaker, locale });
  let beganMs = 0;
  for (const { memberId: speakerId, text, details } of parts) {
    const transcript = readTranscript(JSON.stringify({ ...Object(JSON.parse(details)), text }));
    const whole = { startMs: 0, endMs: 0, text, confidence: null };
    const segments = transcript && transcript.segments.length > 0 ? transcript.segments : [whole];
    for (const segment of segments) {
      const { startMs, endMs, confidence } = segment;
      const said = { speakerId, speaker, confidence, text: plainText(segment.text) };
      source.add({ ...said, startMs: beganMs + startMs, endMs: beganMs + endMs });
    }
    beganMs += transcript?.durationMs ?? 0;
  }
  source.setState("ended");
  return source;
}
