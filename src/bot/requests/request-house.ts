import type { Job } from "../../jobs/jobs.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Store } from "../../store/store.ts";
import type { AnswerTask } from "../answers/answer-task.ts";
import { settingsAt } from "../settings/house.ts";
import { createMinutes } from "../records/minutes.ts";
import { directTurn } from "../notes/note.ts";
import type { RequestData } from "./request.ts";
import { createTranscriptKeeper, type KeptPlace } from "../records/transcript-keeper.ts";
import type { WorkMemory, WorkState } from "../answers/work-state.ts";

export interface RequestHouseOptions {
  readonly store: Pick<Store, "settings" | "transcripts" | "usage">;
  /** How long transcripts are kept at most, in days. */
  readonly retentionDays: number;
}

/** The settings that hold where it was asked, the account it goes to, and where its words are kept. */
export async function houseOf(
  { store, retentionDays }: RequestHouseOptions,
  job: Job<RequestData, WorkMemory>,
  state: WorkState,
): Promise<Pick<AnswerTask, "minutes" | "keep"> & { readonly settings: Settings }> {
  const { data } = job;
  const { transcripts, usage } = store;
  const settings = await settingsAt(store.settings, data.settingsOf ?? { guildId: null, channelId: "" });
  const place = placeOf(job);
  // Whoever asks uses the minutes, whoever is heard.
  const account = { guildId: place.guildId ?? "", memberId: data.userId };
  return {
    settings,
    minutes: createMinutes({ usage, account, settings, state }),
    keep: createTranscriptKeeper({ transcripts, settings, operatorDays: retentionDays, place }),
  };
}

/** Who can read the answer may find it again: those in the channel, or only who asked. */
function placeOf({ key, data, turn }: Job<RequestData, WorkMemory>): KeptPlace {
  const guildId = turn.guildId === directTurn ? null : turn.guildId;
  const message = data.sources[0]?.message;
  const channelId = data.channelId ?? message?.channelId ?? "";
  return {
    key,
    guildId,
    channelId,
    parentId: parentOf(data, channelId),
    memberId: authorOf(data),
    askerId: data.userId,
    isPrivate: data.isPrivate || data.channelId === null || guildId === null,
    linkId: message?.messageId ?? null,
    linkChannelId: message?.channelId ?? null,
  };
}

function parentOf({ settingsOf, inPrivateThread }: RequestData, channelId: string): string | null {
  const parentId = settingsOf?.channelId ?? channelId;
  return parentId === channelId || inPrivateThread === true ? null : parentId;
}

/** Whose recording it is. */
export function authorOf({ sources, userId }: RequestData): string {
  return sources[0]?.authorId ?? userId;
}
