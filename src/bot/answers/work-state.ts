import type { RecognizedClip } from "../../transcription/transcriber.ts";
import type { AnswerState } from "./answer.ts";
import type { Plain } from "../discord/json.ts";
import type { FinishedRecording } from "../requests/finished-recording.ts";
import type { NotePlace } from "../discord/threads.ts";
import type { KeptWhole } from "./whole-work.ts";

/** What a work item remembers from run to run: enough to go on wherever it was cut off. */
export type WorkMemory = {
  readonly answer: AnswerState;
  /** Where the answer is; null before it is anywhere. Interactions have none until they outlive their token. */
  readonly place: NotePlace | null;
  /** Of several recordings, those that are done with. */
  readonly finished: readonly FinishedRecording[];
  /** Clips that were recognized of the one that is worked on; they are not paid for twice. */
  readonly clips: readonly Plain<RecognizedClip>[];
  /** Minutes of today's that were taken for the one that is worked on. */
  readonly reserved: { readonly day: string; readonly audioMs: number } | null;
  /** How far the one that is worked on is, where a service takes it whole. */
  readonly whole: Plain<KeptWhole> | null;
  /** What the answer says of it, so that the same is not said again with every question after it. */
  readonly told: string;
  /** Whether the answer introduces the bot; null until that was decided. */
  readonly introduced: boolean | null;
  /** Whether trouble was once waited out without a word. */
  readonly hushed: boolean;
  /** How often it was put off because the service was away. */
  readonly waits: number;
  /** How often it was put off because Discord was out of reach. */
  readonly outages: number;
};

/** A work item's memory while it runs. Every change is written down before `update` returns; `keep` waits for the next one. */
export interface WorkState {
  readonly memory: WorkMemory;
  update(change: Partial<WorkMemory>): Promise<void>;
  keep(change: Partial<WorkMemory>): void;
}

const blank: WorkMemory = {
  answer: { messageIds: [], posting: false },
  place: null,
  finished: [],
  clips: [],
  reserved: null,
  whole: null,
  told: "",
  introduced: null,
  hushed: false,
  waits: 0,
  outages: 0,
};

/** Goes on from what was saved, or from nothing. Saves do not overtake each other. */
export function createWorkState(
  saved: Partial<WorkMemory> | undefined,
  save: (memory: WorkMemory) => Promise<void>,
): WorkState {
  let memory: WorkMemory = { ...blank, ...saved };
  let last: Promise<void> = Promise.resolve();
  return {
    get memory() {
      return memory;
    },
    keep(change) {
      memory = { ...memory, ...change };
    },
    async update(change) {
      memory = { ...memory, ...change };
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      try {
        await before;
        await save(memory);
      } finally {
        resolve();
      }
    },
  };
}
