import type { WordKey } from "../../explanations/language.ts";
import type { RecoveryStep, VoiceStats } from "./voice-channel.ts";

/** What speech goes through on its way to a caption, in this order. */
export const hearingStages = [
  "permission",
  "connection",
  "packets",
  "decrypting",
  "speech",
  "quota",
  "recognizer",
  "posting",
] as const;
export type HearingStage = (typeof hearingStages)[number];

/** What a dry stage is told by: what happens, and what helps. */
export const drySentences = {
  permission: "dryPermission",
  connection: "dryConnection",
  packets: "dryPackets",
  decrypting: "dryDecrypting",
  speech: "drySpeech",
  quota: "dryQuota",
  recognizer: "dryRecognizer",
  posting: "dryPosting",
} as const satisfies Record<HearingStage, WordKey>;

/** A look at a caption session. Numbers count up from 0. */
export interface HearingCounts extends HeardCounts {
  /** By a clock that never jumps. */
  readonly nowMs: number;
  /** Whether the bot may be in the channel, and hear there: not so where the server has deafened it. */
  readonly permitted: boolean;
  readonly connected: boolean;
  /** Members who could be heard now: neither muted nor opted out. */
  readonly audible: number;
  /** Clips in which somebody speaks, calls that got their place in the quota, and calls that were answered. */
  readonly clips: number;
  readonly calls: number;
  readonly answers: number;
  /** Captions to be posted, and those that were. */
  readonly captions: number;
  readonly posted: number;
}

export interface HeardCounts {
  /** How often somebody was said to speak. */
  readonly announcements: number;
  /** Packets in which there should be sound for us. */
  readonly packets: number;
  /** Those of them that could be opened. */
  readonly heard: number;
}

/** What the watchdog takes from a voice channel: what opted out or carries no sound does not count. */
export function heardCounts(stats: VoiceStats): HeardCounts {
  const { announcements, packets, unheard, padding, heard } = stats;
  return { announcements, packets: packets - unheard - padding, heard };
}

/** "idle": nothing came that it could have handed on; "waiting": it may still come; "dry": it should have come by now. */
export type StageHealth = "flowing" | "idle" | "waiting" | "dry";

export interface WatchdogReport {
  /** In the order in which speech goes through them. */
  readonly stages: readonly { readonly stage: HearingStage; readonly health: StageHealth }[];
  /** The first stage that hands nothing on. */
  readonly dry: HearingStage | undefined;
  /** To be done now. */
  readonly step: RecoveryStep | undefined;
  /** To be said now; each stage once, until it flows again. */
  readonly tell: HearingStage | undefined;
}

/** Knows which stage is dry, what to try about it, and when to say so. */
export interface VoiceWatchdog {
  /** To be called every second or so. */
  observe(counts: HearingCounts): WatchdogReport;
}

/** From the least to the most; five attempts, and then it is for people to do something. */
const recoverySteps: readonly RecoveryStep[] = [
  "resubscribe",
  "rejoin",
  "reinitialize",
  "reinitialize",
  "reinitialize",
];
/** How long each step gets to show that it helped. */
const recoveryMs = 15_000;
/** Only these can be cured by joining anew; a lost connection is joined anew by itself. */
const curable: ReadonlySet<HearingStage> = new Set(["packets", "decrypting"]);
/** People hear of a curable stage once the lesser steps did not help. */
const toldAfterSteps = 2;
/** A stage that flowed for so long may be told of, and cured, again. */
const recoveredMs = 60_000;
/** Nobody says anything for so long: it may be the network, and asking for sound costs nothing. */
const quietMs = 300_000;

interface StageRules {
  /** Whether it is good as it is, or what came to it and what it handed on. */
  readonly read: (counts: HearingCounts) => boolean | { readonly fed: number; readonly handedOn: number };
  /** A stage that is not good, or is fed and hands nothing on, is dry after so long, and not before so much has come. */
  readonly afterMs: number;
  readonly fed: number;
}

const rules: Readonly<Record<HearingStage, StageRules>> = {
  permission: { read: ({ permitted }) => permitted, afterMs: 0, fed: 0 },
  connection: { read: ({ connected }) => connected, afterMs: 10_000, fed: 0 },
  packets: {
    read: ({ announcements, packets }) => ({ fed: announcements, handedOn: packets }),
    afterMs: 10_000,
    fed: 1,
  },
  decrypting: { read: ({ packets, heard }) => ({ fed: packets, handedOn: heard }), afterMs: 5000, fed: 50 },
  // Twenty seconds of sound in which nobody speaks.
  speech: { read: ({ heard, clips }) => ({ fed: heard, handedOn: clips }), afterMs: 30_000, fed: 1000 },
  quota: { read: ({ clips, calls }) => ({ fed: clips, handedOn: calls }), afterMs: 20_000, fed: 1 },
  recognizer: { read: ({ calls, answers }) => ({ fed: calls, handedOn: answers }), afterMs: 30_000, fed: 1 },
  posting: { read: ({ captions, posted }) => ({ fed: captions, handedOn: posted }), afterMs: 20_000, fed: 1 },
};

export function createVoiceWatchdog(): VoiceWatchdog {
  const watches = hearingStages.map((stage) => createStageWatch(stage, rules[stage]));
  const recovery = createRecovery();
  const quiet = createQuiet();
  const told = new Set<HearingStage>();

  return {
    observe(counts) {
      const { nowMs } = counts;
      const stages = watches.map((watch) => ({ stage: watch.stage, health: watch.observe(counts) }));
      const dry = stages.find(({ health }) => health === "dry")?.stage;
      for (const { stage, flowedFor } of watches) if (flowedFor(nowMs, recoveredMs)) told.delete(stage);
      const ailing = dry !== undefined && curable.has(dry);
      const heard = stages.some(({ stage, health }) => stage === "decrypting" && health === "flowing");
      const step = ailing ? recovery.next(nowMs) : recovery.rest(nowMs, heard);
      const quietForLong = quiet(counts);
      const due = dry && !told.has(dry) && (!ailing || recovery.steps >= toldAfterSteps);
      if (due) told.add(dry);
      return {
        stages,
        dry,
        step: step ?? (quietForLong && !dry ? "resubscribe" : undefined),
        tell: due ? dry : undefined,
      };
    },
  };
}

interface StageWatch {
  readonly stage: HearingStage;
  observe(counts: HearingCounts): StageHealth;
  /** Whether it handed something on so long ago, and has not been dry since. */
  readonly flowedFor: (nowMs: number, ms: number) => boolean;
}

/** After so long without anything to hand on a stage is idle. */
const idleAfterMs = 10_000;

function createStageWatch(stage: HearingStage, { read, afterMs, fed: enough }: StageRules): StageWatch {
  /** What had come, and gone, when it last handed something on. */
  let fedThen = 0;
  let handedOnThen = 0;
  let movedAtMs = -Infinity;
  let waitingSinceMs: number | undefined;
  let flowingSinceMs: number | undefined;

  const flow = (nowMs: number): StageHealth => {
    waitingSinceMs = undefined;
    flowingSinceMs ??= nowMs;
    movedAtMs = nowMs;
    return "flowing";
  };
  const wait = (nowMs: number, patient: boolean): StageHealth => {
    waitingSinceMs ??= nowMs;
    if (patient || nowMs - waitingSinceMs < afterMs) return "waiting";
    flowingSinceMs = undefined;
    return "dry";
  };
  return {
    stage,
    observe(counts) {
      const { nowMs } = counts;
      const reading = read(counts);
      if (typeof reading === "boolean") return reading ? flow(nowMs) : wait(nowMs, false);
      const { fed, handedOn } = reading;
      const moved = handedOn - handedOnThen;
      // Where there is less than before, it is counted anew.
      if (moved !== 0 || fed < fedThen) [fedThen, handedOnThen] = [fed, handedOn];
      if (moved > 0) return flow(nowMs);
      if (fed > fedThen) return wait(nowMs, fed - fedThen < enough);
      return nowMs - movedAtMs < idleAfterMs ? "flowing" : "idle";
    },
    flowedFor: (nowMs, ms) => flowingSinceMs !== undefined && nowMs - flowingSinceMs >= ms,
  };
}

interface Recovery {
  /** How many steps were taken without success. */
  readonly steps: number;
  /** The step to take now, if the one before had its time. */
  next(nowMs: number): RecoveryStep | undefined;
  /** Nothing is to be cured; once something was heard, and all was well for a while since, the steps are there again. */
  rest(nowMs: number, heard: boolean): undefined;
}

function createRecovery(): Recovery {
  let steps = 0;
  let steppedAtMs = -Infinity;
  let wellSinceMs: number | undefined;
  return {
    get steps() {
      return steps;
    },
    next(nowMs) {
      wellSinceMs = undefined;
      const step = recoverySteps[steps];
      if (!step || nowMs - steppedAtMs < recoveryMs) return undefined;
      steps++;
      steppedAtMs = nowMs;
      return step;
    },
    rest(nowMs, heard) {
      if (heard) wellSinceMs ??= nowMs;
      if (wellSinceMs !== undefined && nowMs - wellSinceMs >= recoveredMs) steps = 0;
    },
  };
}

/** Whether people could speak and nothing came for minutes, without anybody having been said to speak; then again from there. */
function createQuiet(): (counts: HearingCounts) => boolean {
  let packetsThen = 0;
  let sinceMs: number | undefined;
  return ({ nowMs, audible, connected, packets }) => {
    if (packets !== packetsThen || audible === 0 || !connected) sinceMs = undefined;
    packetsThen = packets;
    sinceMs ??= nowMs;
    if (nowMs - sinceMs < quietMs) return false;
    sinceMs = nowMs;
    return true;
  };
}
