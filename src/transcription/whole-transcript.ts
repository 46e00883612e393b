import type { RecordingDamage } from "../audio/recording.ts";
import type { HeardRecording, HeardSentence } from "../recognizers/recording-recognizer.ts";
import { assembleTranscript, type HeardClip } from "./assemble-transcript.ts";
import type { Transcript } from "./transcript.ts";

/** What is known of a recording besides its words. */
export interface WholeFacts extends RecordingDamage {
  readonly durationMs: number;
  readonly recognizer: string;
  readonly requests: number;
}

/** The sentences of a service that heard the whole recording, as a transcript. Where two people talk, a dash begins each turn. */
export function wholeTranscript({ sentences, requestId }: HeardRecording, facts: WholeFacts): Transcript {
  const channels = new Set(sentences.map(({ channel }) => channel));
  const clips = sentences.map((sentence, index) => {
    const isTurn = channels.size > 1 && sentences[index - 1]?.channel !== sentence.channel;
    const text = isTurn ? `– ${sentence.text.trim()}` : sentence.text;
    return clipOf({ ...sentence, text }, index, { requestId, recognizer: facts.recognizer });
  });
  return assembleTranscript(clips, facts);
}

function clipOf(
  { text, startMs, endMs, confidence, words }: HeardSentence,
  index: number,
  { requestId, recognizer }: { readonly requestId: string | undefined; readonly recognizer: string },
): HeardClip {
  const own = words?.map((word) => ({
    text: word.text,
    startMs: Math.max(0, word.startMs - startMs),
    endMs: Math.max(0, word.endMs - startMs),
  }));
  return {
    planned: {
      pieces: [{ clipStartMs: 0, startMs, durationMs: endMs - startMs }],
      speech: [{ startMs, endMs }],
      overlapMs: 0,
    },
    recognized: {
      index,
      startMs,
      endMs,
      text,
      confidence: confidence ?? null,
      words: own ?? null,
      requestId: requestId ?? null,
      recognizer,
    },
  };
}
