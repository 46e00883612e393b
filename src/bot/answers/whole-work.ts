import type { Problem } from "../../explanations/problem.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { TranscriptionError } from "../../transcription/errors.ts";
import type { RecognizedClip, RecognizerSettings } from "../../transcription/transcriber.ts";
import type { WholeOwner, WholeProgress, WholeRecordings } from "../../transcription/whole-recording.ts";
import type { AudioSource } from "../discord/attachments.ts";
import type { DownloadedFile } from "../discord/downloads.ts";
import type { Heard, HeardBefore, Hearing } from "./heard-before.ts";

/** What a work item remembers of a recording that lies with a service. */
export interface KeptWhole {
  readonly progress: WholeProgress;
  /** Of the recording's bytes: the file itself is not there any more when the words come. */
  readonly sha256: string;
}

/** The same, and where it is written down. */
export interface WholeRun {
  readonly kept: KeptWhole | null;
  readonly owner: WholeOwner;
  readonly save: (kept: KeptWhole) => Promise<void>;
}

/** A recording that is not over in this run: the work item goes on after a while. */
export type Pending =
  /** It lies with the service. */
  | {
      readonly type: "handed-in";
      readonly recognizer: string;
      readonly stage: "queued" | "running";
      readonly afterMs: number;
    }
  /** The service would not do; the next run goes on in clips. */
  | { readonly type: "in-clips"; readonly problem: Problem; readonly afterMs: 0 };

/** The run of a work item over one recording, as far as it matters here. */
export interface RunForWhole {
  readonly source: AudioSource;
  readonly settings?: RecognizerSettings | undefined;
  readonly known: readonly RecognizedClip[];
  readonly signal: AbortSignal;
  readonly whole: WholeRun;
}

export interface StepWholeParts<Run extends RunForWhole> {
  readonly whole: WholeRecordings;
  readonly before: HeardBefore;
  readonly hearingOf: (run: Run, sha256: string, identity: string) => Promise<Hearing>;
  /** Fetches the recording, once. */
  readonly file: () => Promise<DownloadedFile>;
  readonly maxDurationMs: number;
  readonly problemOf: (error: TranscriptionError) => Problem;
}

/** Goes a step with a recording that a service takes whole; undefined where clips are the way. Throws as `WholeRecordings.step` does. */
export async function stepWhole<Run extends RunForWhole>(
  run: Run,
  parts: StepWholeParts<Run>,
): Promise<Heard | Pending | undefined> {
  const { whole, before, file, maxDurationMs } = parts;
  const { kept, owner, save } = run.whole;
  if (kept === null && !isForWhole(run, whole)) return undefined;
  const sha256 = kept?.sha256 ?? (await file()).sha256;
  const hearing = await parts.hearingOf(run, sha256, whole.identity);
  const found = kept === null ? await before.find(hearing) : undefined;
  if (found) return found;
  const step = await whole.step({
    progress: kept?.progress ?? null,
    owner,
    file: async () => (await file()).path,
    maxDurationMs,
    signal: run.signal,
    save: async (progress) => await save({ progress, sha256 }),
  });
  switch (step.type) {
    case "words":
      return await before.keep(hearing, step.transcript);
    case "waiting":
      return {
        type: "handed-in",
        recognizer: whole.recognizer,
        stage: step.stage,
        afterMs: step.afterMs,
      };
    case "refused":
      return { type: "in-clips", problem: parts.problemOf(step.error), afterMs: 0 };
    case "in-clips":
      return undefined;
    default:
      return step satisfies never;
  }
}

/** No codec for speech goes far below 4 kbit/s: 2 ms a byte. A file too small to be long need not be decoded to know. */
const mostMsPerByte = 2;

/** Whether the service may be asked at all: not for what is known to be short, was begun in clips, or is in another language. */
function isForWhole({ source, settings, known }: RunForWhole, whole: WholeRecordings): boolean {
  const { durationMs, bytes } = source.file;
  const mostMs = durationMs ?? bytes * mostMsPerByte;
  return mostMs > whole.longMs && known.length === 0 && whole.hears(settings?.language);
}

/** What is cancelled is taken away from where a service would fetch it. */
export function discardCancelled(jobs: Jobs, whole: WholeRecordings | undefined): Jobs {
  if (!whole) return jobs;
  return {
    ...jobs,
    async cancel(kind, key) {
      const outcome = await jobs.cancel(kind, key);
      await whole.discardOf({ kind, key });
      return outcome;
    },
  };
}
