/** Why bytes could not become samples. */
export type AudioErrorCode =
  | "empty-file"
  | "not-audio"
  | "no-audio-track"
  | "damaged"
  | "protected"
  | "too-long"
  | "decoder-missing"
  | "decoder-failed"
  | "decoder-timeout"
  | "disk-full";

/** The bytes are not what they claim, or this host cannot decode them. `details` holds numbers to show, as in limitMinutes. */
export class AudioError extends Error {
  override readonly name = "AudioError";
  readonly code: AudioErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(
    code: AudioErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, string | number>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The error for audio of `durationMs` where only `maxDurationMs` are allowed. */
export function tooLong(durationMs: number, maxDurationMs: number): AudioError {
  const minutes = Math.ceil(durationMs / 60_000);
  const limitMinutes = Math.round(maxDurationMs / 600) / 100;
  return new AudioError("too-long", `the recording lasts ${minutes} min, more than ${limitMinutes} min`, {
    details: { limitMinutes, minutes },
  });
}
