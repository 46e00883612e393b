import { AudioError, tooLong } from "./errors.ts";
import { readContainerFacts } from "./container-facts.ts";
import { createFfmpeg, type Ffmpeg } from "./ffmpeg.ts";
import { fileBytes, type FileStart, readFileStart } from "./file-bytes.ts";
import { decodeOggOpus, scanOggOpus } from "./ogg-opus.ts";
import type { Recording } from "./recording.ts";
import { sniffFile } from "./sniff.ts";
import type { Demuxer } from "./containers.ts";

export interface OpenRecordingOptions {
  /** Longer recordings are refused: before decoding where their length is declared, while decoding otherwise. */
  readonly maxDurationMs: number;
  readonly signal: AbortSignal;
  /** By default one for the process, with Debian's ffmpeg. */
  readonly ffmpeg?: Ffmpeg;
}

let sharedFfmpeg: Ffmpeg | undefined;

/**
 * Finds out by a file's bytes what it is. Ogg Opus is decoded in the process, everything else by ffmpeg. The file must
 * stay as it is while the recording is used. Throws AudioError: "empty-file", "not-audio" (details.looksLike), "damaged",
 * "protected", "no-audio-track", "too-long" (details.minutes and limitMinutes), "decoder-missing", "decoder-failed",
 * "decoder-timeout" or "disk-full"; what the file system throws and the signal's reason come through as they are.
 */
export async function openRecording(path: string, options: OpenRecordingOptions): Promise<Recording> {
  const { signal } = options;
  signal.throwIfAborted();
  const start = await readFileStart(path);
  const found = await sniffFile(start);
  signal.throwIfAborted();
  if (found.kind === "empty") throw new AudioError("empty-file", "the file is empty");
  if (found.kind === "other") {
    throw new AudioError("not-audio", "the file is no recording", {
      details: { looksLike: found.looksLike },
    });
  }
  return found.kind === "ogg-opus"
    ? openOggOpus(start, options)
    : openContainer(path, found.demuxer, options);
}

async function openOggOpus(start: FileStart, options: OpenRecordingOptions): Promise<Recording> {
  const { signal, maxDurationMs } = options;
  const file = fileBytes(start);
  const summary = await scanOggOpus(file, signal);
  if (summary.streams > 0 && !summary.plain) return openContainer(start.path, "ogg", options);
  if (summary.packets === 0) throw new AudioError("damaged", "the file holds no packet of sound");
  refuseTooLong(summary.durationMs, maxDurationMs);
  return {
    format: "ogg-opus",
    declaredMs: summary.durationMs,
    decode: (decoding) => decodeOggOpus(file, { ...decoding, maxDurationMs }),
  };
}

async function openContainer(
  path: string,
  demuxer: Demuxer,
  { signal, maxDurationMs, ffmpeg = (sharedFfmpeg ??= createFfmpeg()) }: OpenRecordingOptions,
): Promise<Recording> {
  const { isProtected, endsEarly } = await readContainerFacts(path, demuxer);
  if (isProtected) throw new AudioError("protected", "the sound in the file is encrypted");
  const { format, declaredMs, hasAudio, hasVideo } = await ffmpeg.summarize({
    path,
    demuxer,
    signal,
    maxDurationMs,
  });
  if (!hasAudio) throw new AudioError("no-audio-track", "there is no sound in the file");
  refuseTooLong(declaredMs ?? 0, maxDurationMs);
  return {
    format,
    declaredMs,
    async *decode(decoding) {
      // A film may go on after its sound.
      const soundMs = hasVideo ? undefined : declaredMs;
      const run = { path, demuxer, maxDurationMs, declaredMs: soundMs, ...decoding };
      const { lostMs, cutShort } = yield* ffmpeg.decode(run);
      return { lostMs, cutShort: cutShort || endsEarly };
    },
  };
}

function refuseTooLong(declaredMs: number, maxDurationMs: number): void {
  if (declaredMs > maxDurationMs) throw tooLong(declaredMs, maxDurationMs);
}
