/** What was posted as the answer to a message, as it grows. Kept so that no note is answered twice and deletions find all of it. */
export interface Answer {
  /** The message that holds the audio. */
  readonly messageId: string;
  readonly guildId: string | null;
  readonly channelId: string;
  readonly authorId: string;
  /** Where the answer is: a thread of ours, a thread that was there, or the channel itself. */
  readonly place: { readonly channelId: string; readonly ownThread: boolean } | null;
  /** The bot's own messages, in order. */
  readonly messageIds: readonly string[];
  readonly state: "working" | "answered" | "failed" | "deleted";
}

/** The one database of a bot: settings, consent, answers. Jobs use tables of their own in the same file. */
export interface Store {
  readonly settings: {
    /** Whether voice notes are transcribed by themselves: the channel's word, else the guild's, else on. */
    notesEnabled(guildId: string, channelId: string): Promise<boolean>;
    /** `channelId` null sets the whole guild. */
    setNotes(guildId: string, channelId: string | null, on: boolean): Promise<void>;
  };
  readonly consent: {
    isOptedOut(memberId: string): Promise<boolean>;
    setOptedOut(memberId: string, optedOut: boolean): Promise<void>;
  };
  /** Things said once: true for the first caller of a key, false ever after. `release` takes a claim back when saying it failed. */
  readonly once: {
    claim(key: string): Promise<boolean>;
    release(key: string): Promise<void>;
  };
  readonly answers: {
    get(messageId: string): Promise<Answer | undefined>;
    put(answer: Answer): Promise<void>;
  };
  /** Small values of the bot itself, as the hash of the registered commands. */
  readonly marks: {
    get(key: string): Promise<string | undefined>;
    set(key: string, value: string): Promise<void>;
  };
  close(): Promise<void>;
}
