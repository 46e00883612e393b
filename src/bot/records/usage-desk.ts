import { type ChatInputCommandInteraction, PermissionFlagsBits } from "discord.js";

import type { Locale } from "../../explanations/explain.ts";
import { localeFor, type Words } from "../../explanations/words.ts";
import type { JobDepth } from "../../jobs/jobs.ts";
import { drawUsage, scaleOf } from "../../pictures/usage-chart.ts";
import { usageDays } from "../../store/retention.ts";
import type { Settings } from "../../store/setting-kinds.ts";
import type { Store } from "../../store/store.ts";
import { dayOf, type DayUsage, type UsageCounts } from "../../store/usage.ts";

/** What a server used, for who moderates it. */
export interface UsageDesk {
  show(interaction: ChatInputCommandInteraction): Promise<void>;
}

export interface UsageDeskOptions {
  readonly store: Pick<Store, "usage" | "settings">;
  readonly words: Words;
  /** How much there is to do now, for all servers. */
  readonly depth: () => Promise<JobDepth>;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const nothing: UsageCounts = { recordings: 0, audioMs: 0, captionsMs: 0, calls: 0, failures: 0 };

export function createUsageDesk({ store, words, depth }: UsageDeskOptions): UsageDesk {
  return {
    async show(interaction) {
      const { guildId, memberPermissions } = interaction;
      const locale = localeFor(interaction.locale);
      const refusal =
        guildId === null
          ? words.say(locale, "onlyInServers")
          : memberPermissions?.has(PermissionFlagsBits.ManageMessages)
            ? ""
            : words.say(locale, "needsManageMessages");
      if (guildId === null || refusal !== "") {
        await interaction.editReply({ content: refusal });
        return;
      }
      const nowMs = Date.now();
      const days = lastDays(await store.usage.days(guildId, dayOf(nowMs - (usageDays - 1) * dayMs)), nowMs);
      const facts = { days, settings: await store.settings.get(guildId, null), depth: await depth() };
      const text = usageText(words, locale, facts);
      await interaction.editReply({
        content: text,
        files: [
          {
            name: "usage.png",
            attachment: await chartOf(words, locale, days),
            description: altText(words, locale, days),
          },
        ],
        allowedMentions: { parse: [] },
      });
    },
  };
}

/** Every day, those without use too; today is the last. */
function lastDays(used: readonly DayUsage[], nowMs: number): readonly DayUsage[] {
  const byDay = new Map(used.map((one) => [one.day, one]));
  return Array.from({ length: usageDays }, (_, index) => {
    const day = dayOf(nowMs - (usageDays - 1 - index) * dayMs);
    return byDay.get(day) ?? { day, ...nothing };
  });
}

interface UsageFacts {
  readonly days: readonly DayUsage[];
  readonly settings: Pick<Settings, "memberMinutes" | "guildMinutes">;
  readonly depth: JobDepth;
}

function usageText(words: Words, locale: Locale, { days, settings, depth }: UsageFacts): string {
  const today = days.at(-1) ?? { day: "", ...nothing };
  const { memberMinutes, guildMinutes } = settings;
  const limits = [
    guildMinutes === null ? "" : words.say(locale, "usageServerLimit", { count: guildMinutes }),
    memberMinutes === null ? "" : words.say(locale, "usageMemberLimit", { count: memberMinutes }),
  ];
  const { waiting, running, later } = depth;
  return [
    `**${words.say(locale, "usageToday")}**`,
    ...linesOf(words, locale, today),
    `**${words.say(locale, "usageMonth", { count: usageDays })}**`,
    ...linesOf(words, locale, sumOf(days)),
    `**${words.say(locale, "usageNow")}**`,
    `- ${words.say(locale, "usageQueue", { waiting, running, later })}`,
    ...limits.filter((line) => line !== "").map((line) => `- ${line}`),
    `-# ${words.say(locale, "usageNote")}`,
  ].join("\n");
}

function linesOf(words: Words, locale: Locale, counts: UsageCounts): readonly string[] {
  const { recordings, audioMs, captionsMs, calls, failures } = counts;
  return [
    words.say(locale, "usageRecordings", { count: recordings, minutes: minutesOf(audioMs) }),
    words.say(locale, "usageCaptions", { minutes: minutesOf(captionsMs) }),
    words.say(locale, "usageCalls", { count: calls }),
    words.say(locale, "usageFailures", { count: failures }),
  ].map((line) => `- ${line}`);
}

/** To a tenth: a server with little use is told that there is some. */
function minutesOf(ms: number): number {
  return Math.round((Math.max(0, ms) / minuteMs) * 10) / 10;
}

function sumOf(days: readonly UsageCounts[]): UsageCounts {
  return days.reduce<UsageCounts>(
    (sum, day) => ({
      recordings: sum.recordings + day.recordings,
      audioMs: sum.audioMs + day.audioMs,
      captionsMs: sum.captionsMs + day.captionsMs,
      calls: sum.calls + day.calls,
      failures: sum.failures + day.failures,
    }),
    nothing,
  );
}

/** Every fifth day is named, counted back from today. */
const namedEvery = 5;

async function chartOf(words: Words, locale: Locale, days: readonly DayUsage[]): Promise<Buffer> {
  const most = Math.max(...days.map(({ audioMs, captionsMs }) => minutesOf(audioMs + captionsMs)));
  const number = new Intl.NumberFormat(locale);
  return await drawUsage({
    title: words.say(locale, "usageTitle", { count: usageDays }),
    series: [words.say(locale, "usageBarRecordings"), words.say(locale, "usageBarCaptions")],
    marks: words.say(locale, "usageBarFailures"),
    days: days.map(({ day, audioMs, captionsMs, failures }, index) => ({
      label: (days.length - 1 - index) % namedEvery === 0 ? shortDay(day, locale) : "",
      minutes: [minutesOf(audioMs), minutesOf(captionsMs)],
      isMarked: failures > 0,
    })),
    scale: scaleOf(most).map((minutes) => ({ minutes, label: number.format(minutes) })),
  });
}

function shortDay(day: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** Discord's limit for what a picture says in words. */
const longestDescription = 1024;

/** The picture in words, for who cannot see it: the days with use, the newest first. */
function altText(words: Words, locale: Locale, days: readonly DayUsage[]): string {
  const used = days.filter(({ audioMs, captionsMs, failures }) => audioMs + captionsMs + failures > 0);
  let text = words.say(locale, "usageAlt", { count: usageDays });
  for (const { day, audioMs, captionsMs } of used.toReversed()) {
    const minutes = minutesOf(audioMs + captionsMs);
    const line = words.say(locale, "usageAltDay", { time: shortDay(day, locale), minutes });
    if (text.length + line.length + 1 > longestDescription) break;
    text += ` ${line}`;
  }
  return text;
}
