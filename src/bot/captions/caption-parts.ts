import type { BotOptions } from "../bot-options.ts";
import { type CaptionCommands, createCaptionCommands } from "./caption-commands.ts";
import { captionLimits } from "./caption-limits.ts";
import { type CaptionLinks, createCaptionLinks } from "./caption-links.ts";
import { createRecordingPage, type RecordingPage } from "../recording-page.ts";
import { type Captioning, type CaptioningOptions, createCaptioning } from "./captioning.ts";

/** Live captions as the rest of the bot knows them. */
export interface CaptionParts {
  readonly captioning: Captioning;
  readonly links: CaptionLinks;
  readonly commands: CaptionCommands;
  readonly recordingPage: RecordingPage;
  /** Nothing of theirs is kept, wherever it would still be read. */
  forgetWords(memberId: string): Promise<void>;
}

/** What captions need that is made elsewhere. */
type Surroundings = Pick<
  CaptioningOptions,
  "api" | "facts" | "people" | "adapters" | "threads" | "log" | "observe" | "noteProblem"
>;

/** Puts live captions together: sessions, the pages that follow them, and the commands. */
export function createCaptionParts(options: BotOptions, around: Surroundings): CaptionParts {
  const { words, store } = options;
  const links = createCaptionLinks({ ...around, choices: (memberIds) => store.consent.choices(memberIds) });
  const captioning = createCaptioning({
    ...options,
    recognizer: options.captionRecognizer ?? options.recognizer,
    ...around,
    limits: options.captionLimits ?? {},
    onOptedOut: (memberId) => links.forget(memberId),
  });
  const pagesAddress = options.pagesAddress ?? (() => undefined);
  const commands = createCaptionCommands({
    ...around,
    captioning,
    words,
    marks: store.marks,
    links,
    pagesAddress,
    testMs: options.captionLimits?.testMs ?? captionLimits.testMs,
  });
  return {
    captioning,
    links,
    commands,
    recordingPage: createRecordingPage({ store, links, pagesAddress, words }),
    async forgetWords(memberId) {
      links.forget(memberId);
      await Promise.all(captioning.sessions().map((session) => session.forgetWords(memberId)));
    },
  };
}
