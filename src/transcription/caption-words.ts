import type { ClipPiece } from "../audio/pcm.ts";
import type { Recognition } from "../recognizers/recognizer.ts";
import type { TakenClips } from "./caption-queue.ts";
import { joinWords } from "./join-words.ts";
import { spaceBetween, type SpokenWord, textOf } from "./spoken-words.ts";
import { timeWords } from "./word-times.ts";

/** Words that were said in one go, in ms of the session. */
export interface SpokenTurn {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** The words of a call, and those that the next clip holds as well and has to confirm. */
export interface CaptionWords {
  readonly turns: readonly SpokenTurn[];
  readonly held: readonly SpokenWord[];
}

/** How much further back than the shared sound its words may be timed, in ms: by the service, or by our estimate. */
const slackMs = { exact: 400, estimated: 1500 };
/** Clips of a call that are further apart make two turns. */
const turnPauseMs = 1000;

/** What a call heard, after the words that were held back from the speaker's clip before. */
export function captionWords(
  taken: TakenClips,
  recognition: Recognition,
  heldBefore: readonly SpokenWord[],
): CaptionWords {
  const { merged, clips } = taken;
  const heard = timeWords(recognition.text, recognition.words ?? null, merged);
  const words = joined(heldBefore, heard, taken);
  const nextOverlapMs = clips.at(-1)?.nextOverlapMs ?? 0;
  if (nextOverlapMs === 0) return { turns: turnsOf(words, merged.pieces), held: [] };
  const last = merged.pieces.at(-1);
  const endMs = last === undefined ? 0 : last.startMs + last.durationMs;
  const firstHeld = words.findIndex(
    (word) => word.endMs > endMs - nextOverlapMs - (word.estimated ? slackMs.estimated : slackMs.exact),
  );
  const at = firstHeld < 0 ? words.length : firstHeld;
  return { turns: turnsOf(words.slice(0, at), merged.pieces), held: words.slice(at) };
}

function joined(
  held: readonly SpokenWord[],
  heard: readonly SpokenWord[],
  { clips: [{ overlapMs, pieces }] }: TakenClips,
): readonly SpokenWord[] {
  const startMs = pieces[0]?.startMs ?? 0;
  const sides =
    overlapMs > 0
      ? joinWords(held, heard, { startMs, endMs: startMs + overlapMs })
      : { before: held, after: heard };
  const [first, ...rest] = sides.after;
  const last = sides.before.at(-1);
  if (first === undefined || last === undefined) return [...sides.before, ...sides.after];
  return [...sides.before, { ...first, spaced: spaceBetween(last.text, first.text) }, ...rest];
}

/** The words parted where a long silence between two pieces was left out. */
function turnsOf(words: readonly SpokenWord[], pieces: readonly ClipPiece[]): SpokenTurn[] {
  const breaks = pieces.slice(1).flatMap((piece, index) => {
    const before = pieces[index];
    const endMs = before === undefined ? 0 : before.startMs + before.durationMs;
    return piece.startMs - endMs >= turnPauseMs ? [(endMs + piece.startMs) / 2] : [];
  });
  const turns: SpokenTurn[] = [];
  let rest = words;
  for (const breakMs of [...breaks, Infinity]) {
    const after = rest.findIndex((word) => (word.startMs + word.endMs) / 2 >= breakMs);
    const turn = after < 0 ? rest : rest.slice(0, after);
    rest = after < 0 ? [] : rest.slice(after);
    if (turn.length > 0) turns.push(turnOf(turn));
  }
  return turns;
}

/** Words as one turn. */
export function turnOf(words: readonly SpokenWord[]): SpokenTurn {
  const startMs = Math.round(words[0]?.startMs ?? 0);
  return {
    startMs,
    endMs: Math.max(startMs, Math.round(words.at(-1)?.endMs ?? 0)),
    text: textOf(words),
  };
}
