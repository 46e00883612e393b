import type { Store } from "../store/store.ts";
import type { Explain } from "../explanations/explain.ts";
import type { Problem } from "../explanations/problem.ts";
import { TranscriptionError } from "../transcription/errors.ts";
import type {
  RecognizedClip,
  RecognizerSettings,
  TranscribeOptions,
  Transcriber,
} from "../transcription/transcriber.ts";
import type { Transcript } from "../transcription/transcript.ts";
import type { WholeRecordings } from "../transcription/whole-recording.ts";
import { type AudioSource, sameFileIn } from "./discord/attachments.ts";
import type { DiscordApi } from "./discord/discord-api.ts";
import type { DownloadedFile, Downloads } from "./discord/downloads.ts";
import { DownloadError, NoLongerWanted } from "./errors.ts";
import { createHeardBefore, type Heard, type Hearing } from "./answers/heard-before.ts";
import { directTurn } from "./notes/note.ts";
import type { Progress } from "./answers/progress.ts";
import { isMessageGone, isRefusal } from "./discord/refusals.ts";
import { type KeptWhole, type Pending, stepWhole, type WholeRun } from "./answers/whole-work.ts";

/** How working on a recording ended: with words (or silence), or with something to explain. */
export type RecordingOutcome =
  | {
      readonly type: "transcript";
      readonly transcript: Transcript;
      /** Finds it again while it is kept; null where it is not. */
      readonly key: string | null;
    }
  | {
      readonly type: "problem";
      readonly problem: Problem;
      /** Whether trying again can help: by itself in a while, when somebody asks for it, or never. */
      readonly again: "by-itself" | "by-hand" | "never";
      readonly retryAfterMs: number | undefined;
    };

export interface RecordingRun {
  readonly source: AudioSource;
  /** What the recognizer is asked for, where that is not what is configured. */
  readonly settings?: RecognizerSettings | undefined;
  readonly turn: TranscribeOptions["turn"];
  readonly signal: AbortSignal;
  /** Clips an earlier run recognized. */
  readonly known: readonly RecognizedClip[];
  /** Stores a clip before its words are used. */
  readonly onClip: (clip: RecognizedClip) => Promise<void>;
  readonly progress: Progress;
  /** For recordings that a service may take whole. */
  readonly whole: WholeRun;
}

export interface RecordingsOptions {
  readonly api: DiscordApi;
  readonly downloads: Downloads;
  readonly transcriber: Transcriber;
  /** For long recordings; all of them go in clips where there is none. */
  readonly whole?: WholeRecordings | undefined;
  readonly explain: Explain;
  readonly maxAudioMinutes: number;
  readonly store: Pick<Store, "cache" | "settings">;
  /** How long transcripts may be kept so that they need not be made again; none unless told. */
  readonly cacheDays?: number;
}

/** From a recording on Discord to its words. Throws NoLongerWanted; an abort and what nobody expected are rethrown. */
export interface Recordings {
  transcribe(run: RecordingRun): Promise<RecordingOutcome | Pending>;
  /** Nobody wants it any more: what lies ready for a service is taken away. */
  discard(kept: KeptWhole | null): Promise<void>;
}

/** Downloads, transcribes and cleans up after itself. */
export function createRecordings(options: RecordingsOptions): Recordings {
  const { api, downloads, transcriber, explain } = options;
  const maxDurationMs = options.maxAudioMinutes * 60_000;
  const before = createHeardBefore(options.store.cache);

  const download = async ({ file, message }: AudioSource, signal: AbortSignal): Promise<DownloadedFile> => {
    try {
      return await downloads.fetch({ url: file.url, declaredBytes: file.bytes, signal });
    } catch (error) {
      if (!(error instanceof DownloadError) || error.reason !== "download-gone" || !message) throw error;
      // Links expire. Whatever Discord sends carries a fresh one.
      const fresh = sameFileIn(await refetch(api, message.channelId, message.messageId, error), file.id);
      if (!fresh) throw error;
      return await downloads.fetch({ url: fresh.url, declaredBytes: fresh.bytes, signal });
    }
  };

  const hearingOf = async (run: RecordingRun, sha256: string, identity: string): Promise<Hearing> => ({
    sha256,
    identity,
    source: { memberId: run.source.authorId, messageId: run.source.message?.messageId ?? null },
    original: run.source.original
      ? { memberId: run.source.authorId, messageId: run.source.original.messageId }
      : undefined,
    keepMs: await keepMsIn(options, run.turn.guildId),
    signal: run.signal,
  });

  const inClips = async ({ path, sha256 }: DownloadedFile, run: RecordingRun): Promise<Heard> => {
    const { settings, progress, turn, signal, known, onClip } = run;
    const hearing = await hearingOf(run, sha256, transcriber.identityOf(settings));
    return await before.transcribe(hearing, () =>
      transcriber.transcribe(path, {
        signal,
        settings,
        turn,
        known,
        maxDurationMs,
        onProgress: (clips) => progress.clips(clips),
        onFailedAttempt: (failure) => progress.attemptFailed(failure),
        async onClip(clip) {
          await onClip(clip);
          progress.clipDone();
        },
      }),
    );
  };

  const transcribe = async (run: RecordingRun): Promise<Heard | Pending> => {
    const { source, progress, signal } = run;
    if ((source.file.durationMs ?? 0) > maxDurationMs) throw tooLong(options.maxAudioMinutes);
    let downloaded: DownloadedFile | undefined;
    const file = async (): Promise<DownloadedFile> => {
      downloaded ??= await download(source, signal);
      progress.downloaded();
      return downloaded;
    };
    try {
      const { whole } = options;
      const parts = { whole, before, hearingOf, file, maxDurationMs, problemOf };
      const step = whole && (await stepWhole(run, { ...parts, whole }));
      return step ?? (await inClips(await file(), run));
    } finally {
      await downloaded?.remove();
    }
  };

  return {
    async transcribe(run) {
      try {
        const result = await transcribe(run);
        return "type" in result ? result : { type: "transcript", ...result };
      } catch (error) {
        run.signal.throwIfAborted();
        return problemOutcome(error, explain);
      }
    },
    discard: async (kept) => await options.whole?.discard(kept?.progress ?? null),
  };
}

const dayMs = 24 * 3_600_000;

/** A server may shorten what the operator allows. */
async function keepMsIn({ store, cacheDays = 0 }: RecordingsOptions, guildId: string): Promise<number> {
  if (guildId === directTurn) return cacheDays * dayMs;
  const { retentionDays } = await store.settings.get(guildId, null);
  return Math.min(cacheDays, retentionDays ?? cacheDays) * dayMs;
}

async function refetch(
  api: DiscordApi,
  channelId: string,
  messageId: string,
  refused: DownloadError,
): ReturnType<DiscordApi["message"]> {
  try {
    return await api.message(channelId, messageId);
  } catch (error) {
    if (isMessageGone(error)) throw new NoLongerWanted("deleted", error);
    throw isRefusal(error) ? refused : error;
  }
}

function tooLong(limitMinutes: number): TranscriptionError {
  return new TranscriptionError("declared longer than the limit", {
    reason: "too-long",
    retryable: false,
    details: { limitMinutes },
  });
}

/** Trouble that passes without anybody's doing, mostly within minutes. */
const passing: ReadonlySet<Problem["reason"]> = new Set([
  "service-throttled",
  "service-unavailable",
  "service-timeout",
  "service-malformed",
  "download-failed",
  "download-timeout",
  "disk-full",
]);

/** Calls used up, or the account frozen: the gateway's codes for a bill that waits. It passes as soon as somebody pays. */
const unpaid = /^APIGW?\.050[12]$/;

function canPass(reason: Problem["reason"], service: TranscriptionError | undefined): boolean {
  return (passing.has(reason) && service?.retryable !== false) || unpaid.test(service?.code ?? "");
}

function problemOf(error: TranscriptionError | DownloadError): Problem {
  const service = error instanceof TranscriptionError ? error : undefined;
  return {
    reason: error.reason,
    code: service?.code,
    traceId: service?.traceId,
    httpStatus: error.httpStatus,
    details: error.details,
  };
}

function problemOutcome(error: unknown, explain: Explain): RecordingOutcome {
  if (!(error instanceof TranscriptionError) && !(error instanceof DownloadError)) throw error;
  const service = error instanceof TranscriptionError ? error : undefined;
  const problem = problemOf(error);
  // The catalogue's word is passed over only where it has none to say about this very occurrence.
  const canHelp = service?.retryable === true || explain(problem, "en").retryable;
  return {
    type: "problem",
    problem,
    again: canPass(error.reason, service) ? "by-itself" : canHelp ? "by-hand" : "never",
    retryAfterMs: service?.retryAfterMs,
  };
}
