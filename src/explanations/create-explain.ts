import { entryFor, type Entry } from "./catalogue/catalogue.ts";
import type { Explain, Locale } from "./explain.ts";
import type { WordKey } from "./language.ts";
import type { Problem } from "./problem.ts";
import { createWords, type Words } from "./words.ts";
import { createTranslator } from "./translator.ts";

/** Explains every reason and code in words; codes that nobody has catalogued by their HTTP status. */
export function createExplain(): Explain {
  const translator = createTranslator();
  const words = createWords();
  return (problem, locale) => {
    const { key, facts, httpStatus } = entryFor(problem);
    const known = facts.detail !== undefined && problem.details?.[facts.detail] !== undefined;
    const values = {
      ...problem.details,
      ...(known ? { context: "known" } : {}),
      code: printable(problem.code ?? "") || "?",
      httpStatus: httpStatus ?? "?",
    };
    const sentence = (field: string): string | undefined => translator.problem(locale, key, field, values);
    return {
      title: sentence("title") ?? "",
      said: sentence("said") ?? "",
      action:
        adviceWhileTrying(problem, locale, words) ?? sentence("action") ?? words.say(locale, advice(facts)),
      operator: sentence("operator") ?? "",
      audience: facts.audience,
      retryable: facts.retryable,
      subtext: subtext(problem, locale, words),
    };
  };
}

const advices = {
  member: ["adviseMember", "adviseMemberAgain"],
  operator: ["adviseOperator", "adviseOperatorAgain"],
  vendor: ["adviseVendor", "adviseVendorAgain"],
} as const satisfies Record<Entry["facts"]["audience"], readonly [WordKey, WordKey]>;

function advice({ audience, retryable }: Entry["facts"]): (typeof advices)[keyof typeof advices][number] {
  return advices[audience][retryable ? 1 : 0];
}

function adviceWhileTrying(problem: Problem, locale: Locale, words: Words): string | undefined {
  if (problem.nextTryInMs === undefined) return undefined;
  return words.say(locale, problem.reason.startsWith("service-") ? "keepTrying" : "keepTryingHere");
}

/** "SIS.0303 · trace 567e8537 · attempt 2 · next try in 20 s"; a first attempt goes without saying. */
function subtext(problem: Problem, locale: Locale, words: Words): string {
  const traceId = shortened(printable(problem.traceId ?? ""));
  const parts = [
    printable(problem.code ?? ""),
    traceId === "" ? "" : words.say(locale, "trace", { traceId }),
    (problem.attempt ?? 1) > 1 ? words.say(locale, "attempt", { attempt: problem.attempt ?? 1 }) : "",
    problem.nextTryInMs === undefined ? "" : nextTry(problem.nextTryInMs, locale, words),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function nextTry(nextTryInMs: number, locale: Locale, words: Words): string {
  const seconds = Math.max(1, Math.ceil(nextTryInMs / 1000));
  if (seconds <= 90) return words.say(locale, "nextTryInSeconds", { seconds });
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 90) return words.say(locale, "nextTryInMinutes", { minutes });
  return words.say(locale, "nextTryInHours", { hours: Math.ceil(minutes / 60) });
}

/** Codes and trace ids come from a server: nothing but the characters such ids are made of is shown. */
function printable(id: string): string {
  return id.replaceAll(/[^\w.:-]/g, "").slice(0, 128);
}

/** A UUID stays whole; what is longer keeps enough to be found by. */
function shortened(id: string): string {
  return id.length <= 36 ? id : `${id.slice(0, 36)}…`;
}
