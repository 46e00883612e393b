/** Everything that can go wrong, each with a sentence of its own. */
export type Reason =
  // the audio
  | "empty-file"
  | "not-audio"
  | "no-audio-track"
  | "damaged"
  | "protected"
  | "too-long"
  | "decoder-missing"
  | "decoder-failed"
  | "decoder-timeout"
  // the speech service; `code` says more
  | "service-credentials"
  | "service-rejected"
  | "service-throttled"
  | "service-unavailable"
  | "service-timeout"
  | "service-malformed"
  // getting hold of the recording
  | "too-large"
  | "download-refused"
  | "download-failed"
  | "download-gone"
  | "download-timeout"
  | "no-audio"
  | "content-hidden"
  // people and permissions
  | "opted-out"
  | "no-access"
  | "member-minutes" // a day's worth, by the server's settings
  | "server-minutes"
  | "missing-permission"
  // this host
  | "disk-full"
  | "storage"
  | "interrupted"
  | "internal";

/** Something that went wrong, as data: what `explain` needs to say it in words. */
export interface Problem {
  readonly reason: Reason;
  /** The service's code ("SIS.0303"), shown in the subtext line. */
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly traceId?: string | undefined;
  /** Set while it is being tried again by itself. */
  readonly nextTryInMs?: number | undefined;
  readonly attempt?: number | undefined;
  /** Numbers and names for the sentence: `limitMinutes` (too-long), `limitMegabytes` (too-large), `permission` (missing-permission), `time` of the next day. */
  readonly details?: Readonly<Record<string, string | number>> | undefined;
}
