import type { Answer, Store } from "../../store/store.ts";
import { NoLongerWanted } from "../errors.ts";
import type { Locks } from "../locks.ts";
import type { NoteData } from "./note.ts";
import type { WorkMemory } from "../answers/work-state.ts";

/** What the store keeps of a note's answer, for whoever has to find its messages again. */
export interface NoteRecord {
  /** Written only where something changed. Throws NoLongerWanted once the note was deleted: what was just posted has to go. */
  keep(memory: WorkMemory, state: Answer["state"]): Promise<void>;
}

export interface NoteRecordOptions {
  readonly answers: Store["answers"];
  readonly locks: Locks;
  readonly data: NoteData;
}

export function createNoteRecord({ answers, locks, data }: NoteRecordOptions): NoteRecord {
  let kept = "";
  return {
    async keep(memory, state) {
      const answer = answerOf(data, memory, state);
      const asText = JSON.stringify(answer);
      if (asText === kept) return;
      await locks.run(data.messageId, async () => {
        const before = await answers.get(data.messageId);
        if (before?.state === "deleted" && state !== "deleted") throw new NoLongerWanted("deleted");
        await answers.put(answer);
      });
      kept = asText;
    },
  };
}

/** A note as the store first sees it, before anything is posted. */
export function answerOf(
  data: NoteData,
  memory: Pick<WorkMemory, "answer" | "place"> | undefined,
  state: Answer["state"],
): Answer {
  const place = memory?.place;
  return {
    messageId: data.messageId,
    guildId: data.guildId,
    channelId: data.channelId,
    authorId: data.source.authorId,
    place: place ? { channelId: place.channelId, ownThread: place.type === "thread" && place.own } : null,
    messageIds: memory?.answer.messageIds ?? [],
    state,
  };
}
