import type { GeneratedAlways } from "kysely";

/**
 * The tables as the newest migration leaves them. Only types that SQLite and PostgreSQL share: text, and whole
 * numbers for times (ms since 1970), counts and yes/no. JSON is text.
 */
export interface Database {
  /** A setting of a guild, or of a channel where `channel_id` is not empty. `value` is JSON. */
  setting: { guild_id: string; channel_id: string; name: string; value: string };
  opt_out: { member_id: string; since_ms: number };
  /** Who said yes, for servers where silence is not enough. Nobody is in both. */
  opt_in: { member_id: string; since_ms: number };
  said_once: { key: string; said_at_ms: number };
  mark: { key: string; value: string };
  answer: AnswerTable;
  transcript: TranscriptTable;
  usage: UsageTable;
  /** Kinds of trouble a guild had lately; `code` is empty where there is none. */
  problem: {
    guild_id: string;
    reason: string;
    code: string;
    times: number;
    last_at_ms: number;
    trace_id: string | null;
  };
  job: JobTable;
  /** The number of the last place that was given: to anybody, to a guild in a lane, to a member in a guild. */
  job_turn: {
    scope: "all" | "guild" | "member";
    lane: string;
    guild_id: string;
    member_id: string;
    served: number;
  };
  /** A transcript by the hash of what was heard and how. `details` is sealed JSON, `length` that of what is sealed. */
  cached_transcript: {
    key: string;
    details: string;
    length: number;
    used_at_ms: number;
    expires_at_ms: number;
  };
  /** Where a cached recording is from; `message_id` is empty for uploads. */
  cached_source: { key: string; member_id: string; message_id: string };
  /** What somebody asked for. `details` is sealed JSON. */
  request: { id: string; asker_id: string; details: string; expires_at_ms: number };
  request_source: { request_id: string; member_id: string; message_id: string };
  /** The last message of a guild, or of the channel of direct messages, up to which nothing was missed. */
  seen_message: { place_id: string; is_direct: number; message_id: string };
  /** One row: what to add to this boot's monotonic clock to get the time of jobs. */
  job_clock: { id: number; boot_id: string; offset_ms: number };
}

export interface UsageTable {
  /** As in "2026-11-22", UTC. */
  day: string;
  /** "" outside servers. */
  guild_id: string;
  /** "" for members who had their data deleted. */
  member_id: string;
  recordings: number;
  audio_ms: number;
  captions_ms: number;
  calls: number;
  failures: number;
}

export interface AnswerTable {
  message_id: string;
  guild_id: string | null;
  channel_id: string;
  author_id: string;
  place_channel_id: string | null;
  own_thread: number;
  /** JSON array. */
  message_ids: string;
  state: "working" | "answered" | "failed" | "deleted";
  updated_at_ms: number;
}

export interface TranscriptTable {
  /** Or the interaction's. */
  message_id: string;
  guild_id: string | null;
  channel_id: string;
  parent_id: string | null;
  member_id: string;
  asker_id: string | null;
  is_private: number;
  /** The message to jump to. */
  link_id: string | null;
  link_channel_id: string | null;
  created_at_ms: number;
  /** Sealed where there is a key, as are the details. */
  text: string;
  /** JSON. */
  details: string;
}

export interface JobTable {
  /** Given by the database, never used twice. */
  seq: GeneratedAlways<number>;
  kind: string;
  key: string;
  lane: "interactive" | "note" | "file";
  guild_id: string;
  member_id: string;
  state: "waiting" | "later" | "running" | "cancelling" | FinishedJobState;
  /** JSON; emptied when the job is finished, because it may hold words. */
  data: string;
  /** JSON; null before the first save and when the job is finished. */
  progress: string | null;
  /** Wall clock, for people. */
  enqueued_at_ms: number;
  /** Time of jobs: since when it waits, or until when it waits for later. */
  ready_at_ms: number;
  /** Who runs it, and until when (time of jobs) nobody else may. */
  worker: string | null;
  lease_until_ms: number;
  /** Every run ever begun: with `worker`, what tells one run from another. */
  runs: number;
  /** Runs begun that count, as the handler is told. */
  attempt: number;
  /** Runs that failed and count. */
  failures: number;
  /** Runs that ended with their process, in tenths: one that had saved something new weighs 1, any other 10. */
  losses: number;
  /** 1 when the present run has saved something new. */
  headway: number;
  /** Times the last explanation was begun. */
  give_ups: number;
  /** Wall clock; null until finished. */
  finished_at_ms: number | null;
}

/** A finished job is a mark: it keeps its key known. */
export type FinishedJobState = "done" | "dropped" | "cancelled";
