import type { Problem, Reason } from "../../explanations/problem.ts";
import type { Problems } from "../../store/problems.ts";
import type { BotLog } from "../log.ts";
import { directTurn } from "../notes/note.ts";
import { errorCodes } from "../discord/refusals.ts";

/** Notes down what went wrong in a server, for its moderators. Never throws. */
export type NoteProblem = (guildId: string, problem: Problem) => void;

/** What people are told is no trouble of the server's: it is noted only where somebody might do something about it. */
const unremarkable: ReadonlySet<Reason> = new Set(["opted-out", "no-audio"]);

export function createProblemNotes(problems: Pick<Problems, "note">, log: BotLog): NoteProblem {
  return (guildId, problem) => {
    if (guildId === directTurn || unremarkable.has(problem.reason)) return;
    problems.note(guildId, problem).catch((error: unknown) => {
      log.warn(errorCodes(error), "a problem could not be noted down");
    });
  };
}
