import { formatDuration } from "../../explanations/duration.ts";
import type { Locale } from "../../explanations/explain.ts";
import type { Words } from "../../explanations/words.ts";
import { drawTimeline, mostRows, type TimelineSpeaker } from "../../pictures/timeline.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";
import type { DescribedPicture } from "./caption-files.ts";
import { plainText } from "../answers/safe-text.ts";

/** Discord's limit for the description of a file. */
const longestDescription = 1024;
const longestName = 80;

/** Who spoke when, as a picture and in words; undefined where nobody spoke. */
export async function captionTimeline(
  said: readonly NamedCaption[],
  words: Words,
  locale: Locale,
): Promise<DescribedPicture | undefined> {
  if (said.length === 0) return undefined;
  const durationMs = Math.max(...said.map(({ endMs }) => endMs));
  const speakers = speakersOf(said, words.say(locale, "someone"));
  const more = speakers.length - mostRows;
  const png = await drawTimeline({
    title: words.say(locale, "timelineTitle", { time: formatDuration(durationMs) }),
    durationMs,
    speakers,
    note: more > 0 ? words.say(locale, "timelineMore", { count: more }) : undefined,
  });
  return { png, description: describe(speakers, durationMs, words, locale) };
}

/** Whoever spoke longest comes first. */
function speakersOf(said: readonly NamedCaption[], someone: string): readonly TimelineSpeaker[] {
  return [...Map.groupBy(said, ({ speakerId }) => speakerId).values()]
    .map((turns) => ({
      name:
        plainText(turns.at(-1)?.speaker ?? "")
          .slice(0, longestName)
          .toWellFormed() || someone,
      spokenMs: turns.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
      turns,
    }))
    .sort((one, other) => other.spokenMs - one.spokenMs);
}

/** As many speakers as Discord takes; the rest are counted. */
function describe(
  speakers: readonly TimelineSpeaker[],
  durationMs: number,
  words: Words,
  locale: Locale,
): string {
  const lines = speakers.map(({ name, spokenMs, turns }) =>
    words.say(locale, "timelineMember", {
      member: name,
      time: formatDuration(spokenMs),
      count: turns.length,
      from: formatDuration(Math.min(...turns.map(({ startMs }) => startMs))),
      to: formatDuration(Math.max(...turns.map(({ endMs }) => endMs))),
    }),
  );
  const about = words.say(locale, "timelineAbout", { time: formatDuration(durationMs) });
  for (let shown = lines.length; shown > 0; shown--) {
    const more = lines.length - shown;
    const rest = more > 0 ? words.say(locale, "timelineMore", { count: more }) : "";
    const text = words.join(locale, about, ...lines.slice(0, shown), rest);
    if (text.length <= longestDescription) return text;
  }
  return about;
}
