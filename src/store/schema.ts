/**
 * The tables as the newest migration leaves them. Only types that SQLite and PostgreSQL share: text, and whole
 * numbers for times (ms since 1970), counts and yes/no. JSON is text.
 */
export interface Database {
  /** A setting of a guild, or of a channel where `channel_id` is not empty. `value` is JSON. */
  setting: { guild_id: string; channel_id: string; name: string; value: string };
  opt_out: { member_id: string; since_ms: number };
  said_once: { key: string; said_at_ms: number };
  mark: { key: string; value: string };
  answer: AnswerTable;
  transcript: TranscriptTable;
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
  message_id: string;
  guild_id: string | null;
  channel_id: string;
  member_id: string;
  created_at_ms: number;
  text: string;
  /** JSON. */
  details: string;
}
