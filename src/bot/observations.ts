import type { Transcript } from "../transcription/transcript.ts";
import type { AnswerResult } from "./answers/answer-task.ts";
import type { VoiceStats } from "./voice/voice-channel.ts";

/** What the bot did, in figures: no ids, names or words. */
export type BotEvent =
  | {
      readonly type: "answered";
      readonly asked: "note" | "command";
      readonly outcome: "words" | "nothing-said" | "problem";
      /** From its arrival at the bot to the finished answer. */
      readonly tookMs: number;
    }
  /** From the end of what was said to the posted line. */
  | { readonly type: "caption"; readonly delayMs: number }
  | { readonly type: "caption-gap"; readonly reason: string }
  /** Voice packets since the last such event of a session. */
  | ({ readonly type: "voice" } & VoiceCounts);

export interface VoiceCounts {
  readonly heard: number;
  readonly undecryptable: number;
  readonly damaged: number;
  /** Packets that never came. */
  readonly lost: number;
}

/** Told of what the bot did; must not throw. */
export type Observe = (event: BotEvent) => void;

/** How a note or command ended; undefined while it goes on. */
export function answeredEvent(
  asked: "note" | "command",
  job: { readonly enqueuedAtMs: number },
  { state, transcripts }: Pick<AnswerResult, "state" | "transcripts">,
): BotEvent | undefined {
  if (state === "waiting") return undefined;
  const tookMs = Math.max(0, Date.now() - job.enqueuedAtMs);
  return { type: "answered", asked, outcome: outcomeOf(transcripts), tookMs };
}

function outcomeOf(transcripts: readonly Transcript[] | undefined): "words" | "nothing-said" | "problem" {
  if (!transcripts) return "problem";
  return transcripts.every(({ text }) => text === "") ? "nothing-said" : "words";
}

/** Turns counts that go up into events of what was added. */
export function createVoiceCounts(observe: Observe): (stats: VoiceStats, lost: number) => void {
  let told: VoiceCounts = { heard: 0, undecryptable: 0, damaged: 0, lost: 0 };
  return ({ heard, undecryptable, damaged }, lost) => {
    const now = { heard, undecryptable, damaged, lost };
    observe({
      type: "voice",
      heard: heard - told.heard,
      undecryptable: undecryptable - told.undecryptable,
      damaged: damaged - told.damaged,
      lost: lost - told.lost,
    });
    told = now;
  };
}
