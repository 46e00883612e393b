import { matchLanguage } from "../recognizers/languages.ts";
import { translateError } from "./translate-error.ts";
import type { WholeOptions, WholeRecordings } from "./whole-recording.ts";
import { takeStep, type StepParts } from "./whole-steps.ts";

const defaultPausesMs = [2000, 10_000, 30_000];

/** Whole recordings at one service. Everything that has to survive is in the progress and on the shelf. */
export function createWholeRecordings(options: WholeOptions): WholeRecordings {
  const { recognizer, shelf, longMs } = options;
  const parts: StepParts = { ...options, pausesMs: options.pausesMs ?? defaultPausesMs };
  return {
    recognizer: recognizer.name,
    host: recognizer.host,
    identity: recognizer.identity,
    longMs,
    hears: (language) =>
      language === undefined || matchLanguage(recognizer.languages, language) !== undefined,
    async step(run) {
      try {
        return await takeStep(run, parts);
      } catch (error) {
        run.signal.throwIfAborted();
        throw translateError(error);
      }
    },
    async discard(progress) {
      if (progress !== null && progress.type !== "in-clips") await shelf.remove(progress.ticket);
    },
    discardOf: async (whose) => await shelf.removeOf(whose),
  };
}
