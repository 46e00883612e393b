import type { Explain } from "../explanations/explain.ts";
import type { Words } from "../explanations/words.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Store } from "../store/store.ts";
import type { OpenCaptions } from "../transcription/captions.ts";
import type { Transcriber } from "../transcription/transcriber.ts";
import type { WholeRecordings } from "../transcription/whole-recording.ts";
import type { RecognizerFacts } from "./answers/sentences.ts";
import type { CaptionLimits } from "./captions/caption-limits.ts";
import type { Command } from "./command.ts";
import type { IdentifyGate, ShardsOptions } from "./discord/gateway-client.ts";
import type { BotError } from "./errors.ts";
import type { BotLimits } from "./limits.ts";
import type { BotLog } from "./log.ts";
import type { Observe } from "./observations.ts";
import type { MemberNews } from "./records/consent-watch.ts";
import type { WaitingCalls } from "./records/status-report.ts";

/** Everything the bot is made of and set to; the composition root fills it in. */
export interface BotOptions {
  readonly token: string;
  /** REST base, without the version. */
  readonly apiUrl: string;
  /** The only origins recordings are downloaded from. */
  readonly cdnOrigins: readonly string[];
  /** Recordings are kept in a folder of it while they are worked on. */
  readonly dataDir: string;
  readonly maxAudioMinutes: number;
  readonly maxDownloadMb: number;
  /** How far back notes are answered that came while the bot was away; 24 unless told, 0 answers none. */
  readonly catchUpHours?: number;
  /** How long transcripts are kept at most, in days; 30 unless told. */
  readonly retentionDays?: number;
  /** How often what is too old is deleted, in ms; every six hours unless told. */
  readonly sweepEveryMs?: number;
  readonly transcriber: Transcriber;
  /** For long recordings; all of them go in clips where there is none. */
  readonly whole?: WholeRecordings | undefined;
  readonly openCaptions: OpenCaptions;
  readonly recognizer: RecognizerFacts;
  /** Who hears live captions, where that is not the same. */
  readonly captionRecognizer?: RecognizerFacts;
  /** Started and drained by the bot, but for a gateway; its handlers are registered when the bot is made. */
  readonly jobs: Jobs;
  /** How much of the bot this process is; all of it unless told. */
  readonly role?: "all" | "gateway" | "worker";
  readonly shards?: ShardsOptions | undefined;
  /** Given, other processes work with the same token: every request that counts waits for it. */
  readonly restGate?: (() => Promise<void>) | undefined;
  /** Given, other processes hold other shards: each of ours waits for it before it identifies. */
  readonly identifyGate?: IdentifyGate | undefined;
  /** Given, other processes learn at once who opted out or in here, or had their words deleted, and this one of theirs. */
  readonly memberNews?: MemberNews | undefined;
  /** How long transcripts are kept so that they need not be made again; none unless told. */
  readonly cacheDays?: number;
  readonly store: Pick<
    Store,
    | "cache"
    | "requests"
    | "settings"
    | "consent"
    | "once"
    | "answers"
    | "marks"
    | "seen"
    | "recovery"
    | "cipher"
    | "transcripts"
    | "usage"
    | "deleteMember"
    | "problems"
    | "memberData"
  >;
  readonly words: Words;
  readonly explain: Explain;
  readonly commands: readonly Command[];
  readonly log: BotLog;
  /** Told of what the bot did, in figures. */
  readonly observe?: Observe;
  /** Calls that wait for the speech service; left out where another process makes them. */
  readonly waitingCalls?: () => WaitingCalls;
  /** Where the web pages are, without a slash at the end; undefined where none are served. */
  readonly pagesAddress?: () => string | undefined;
  /** The connection to Discord was lost for good after `start` had succeeded. */
  readonly onLost: (error: BotError) => void;
  /** Changes single limits. */
  readonly limits?: Partial<BotLimits>;
  readonly captionLimits?: Partial<CaptionLimits>;
}
