import { isReason } from "../../explanations/catalogue/reasons.ts";
import type { Explain, Locale } from "../../explanations/explain.ts";
import type { Problem } from "../../explanations/problem.ts";
import { recognizerName, type Words } from "../../explanations/words.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { NotedProblem, Problems } from "../../store/problems.ts";
import type { Captioning } from "../captions/captioning.ts";
import type { RecognizerFacts } from "../answers/sentences.ts";
import { drySentences } from "../voice/voice-watchdog.ts";

/** Calls that wait for their place in the quota. */
export interface WaitingCalls {
  /** By lane. */
  readonly calls: Readonly<Record<string, number>>;
  readonly allowedPerSecond: number;
}

export interface StatusReportOptions {
  readonly jobs: Pick<Jobs, "depth">;
  readonly problems: Pick<Problems, "recent">;
  readonly captioning: Pick<Captioning, "session">;
  readonly recognizer: RecognizerFacts;
  /** Undefined where somebody else does the work. */
  readonly waitingCalls?: (() => WaitingCalls) | undefined;
  readonly words: Words;
  readonly explain: Explain;
}

/** How things are, for a server's moderators: queue, quota, captions, and what went wrong lately. */
export type StatusReport = (guildId: string, locale: Locale) => Promise<string>;

const mostProblems = 5;
/** Discord's, with room for what is around it. */
const longestReport = 1950;

export function createStatusReport(options: StatusReportOptions): StatusReport {
  const { jobs, problems, captioning, words, explain } = options;

  const queueLine = async (locale: Locale): Promise<string> => {
    const { waiting, running, later } = await jobs.depth();
    return words.say(locale, "statusQueue", { waiting, running, later });
  };
  const quotaLine = (locale: Locale): string => {
    const recognizer = recognizerName(options.recognizer.name);
    const { calls, allowedPerSecond } = options.waitingCalls?.() ?? { calls: {}, allowedPerSecond: 0 };
    if (!options.waitingCalls) return words.say(locale, "statusServiceElsewhere", { recognizer });
    const count = Object.values(calls).reduce((sum, one) => sum + one, 0);
    return words.say(locale, "statusService", { recognizer, rate: allowedPerSecond, count });
  };
  const captionsLine = (guildId: string, locale: Locale): string => {
    const session = captioning.session(guildId);
    if (!session) return words.say(locale, "captionsNone");
    const { record, facts, feed, state } = session;
    const line = words.say(locale, "statusCaptions", {
      channel: `<#${record.voiceChannelId}>`,
      link: `<#${record.placeId}>`,
      time: `<t:${Math.floor(record.startedAtMs / 1000)}:R>`,
      count: feed.feed.size,
    });
    const paused = state.status === "paused" ? words.say(locale, "captionsPaused") : "";
    return words.join(locale, line, paused, facts.dry ? words.say(locale, drySentences[facts.dry]) : "");
  };
  const problemLine = (noted: NotedProblem, locale: Locale): string => {
    const { title, said, operator, subtext } = explain(problemOf(noted), locale);
    const time = `<t:${Math.floor(noted.lastAtMs / 1000)}:R>`;
    const often = words.say(locale, "statusTimes", { count: noted.times, time });
    return `- **${title}** · ${often}\n${words.join(locale, said, operator)}\n-# ${subtext || noted.reason}`;
  };

  return async (guildId, locale) => {
    const lines = [await queueLine(locale), quotaLine(locale), captionsLine(guildId, locale)];
    const noted = await problems.recent(guildId, mostProblems);
    if (noted.length === 0) lines.push(words.say(locale, "statusNoProblems"));
    else lines.push(words.say(locale, "statusProblems"));
    let report = lines.join("\n");
    for (const one of noted) {
      const longer = `${report}\n${problemLine(one, locale)}`;
      if (longer.length <= longestReport) report = longer;
    }
    return report;
  };
}

/** What another version noted down may have a reason that this one does not know. */
function problemOf({ reason, code, traceId }: NotedProblem): Problem {
  return {
    reason: isReason(reason) ? reason : "internal",
    code: code ?? undefined,
    traceId: traceId ?? undefined,
  };
}
