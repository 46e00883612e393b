import { setTimeout as delay } from "node:timers/promises";

import { createDraft, type DraftMessages } from "./caption-draft.ts";
import { type CaptionLine, type CaptionMessage, captionMessages } from "./caption-lines.ts";
import type { BotLog } from "../log.ts";
import { errorCodes, isRefusal } from "../discord/refusals.ts";

/** Writes captions into a place as they come, as few messages as that takes. */
export interface CaptionWriter {
  readonly stats: WriterStats;
  /** `onWritten` is called once the line is on Discord. */
  write(line: CaptionLine, onWritten?: () => void): void;
  /**
   * What is being said right now, which is nothing yet: one message at the end that is edited as it grows, and that becomes
   * the first of the next messages. An empty list takes it away. Does nothing where there is no `draft`.
   */
  growing(lines: readonly CaptionLine[]): void;
  /** Drops what somebody said that still waits; a message that is being posted is no longer held up. */
  forget(speakerId: string): void;
  /** Resolves when everything so far is written, or cannot be. */
  settled(): Promise<void>;
}

export interface WriterStats {
  readonly messages: number;
  readonly waiting: number;
  /** Discord's last word, where it did not take a message. */
  readonly trouble: string | undefined;
}

export interface CaptionWriterOptions {
  /** Posts one message; `key` is the same when it is tried again. */
  readonly post: (message: CaptionMessage, key: string) => Promise<void>;
  /** Lines as messages; as few as that takes unless told. */
  readonly compose?: (lines: readonly CaptionLine[]) => readonly CaptionMessage[];
  /** How the message that grows is posted, edited and taken away; none without. Whatever fails of it is made good by the next message. */
  readonly draft?: DraftMessages | undefined;
  /** Discord takes five messages in five seconds of a channel; what comes meanwhile goes together. */
  readonly everyMs?: number;
  readonly retryMs?: number;
  /** The place is gone, or the bot may no longer write in it. */
  readonly onRefused: (error: unknown) => void;
  readonly log: BotLog;
  /** Once it is aborted nothing more is written, whatever waits. */
  readonly signal?: AbortSignal | undefined;
}

/** More lines than this wait only while Discord is out of reach; then the oldest go: the transcript has them. */
const mostWaiting = 500;

export function createCaptionWriter(options: CaptionWriterOptions): CaptionWriter {
  const { post, compose = plainMessages, everyMs = 1100, retryMs = 3000, onRefused, log } = options;
  let waiting: { readonly line: CaptionLine; readonly onWritten: (() => void) | undefined }[] = [];
  let running: Promise<void> | undefined;
  const place = { refused: false };
  const isOver = (): boolean => place.refused || options.signal?.aborted === true;
  let [messages, number] = [0, 0];
  let trouble: string | undefined;
  const draft = createDraft(options);
  /** Words that are final do not wait for those that grow. */
  let wake: (() => void) | undefined;

  const unlessOver = async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal: options.signal }).catch(() => undefined);
  };

  /** Whether the message is done with, written or not. */
  const tryPosting = async (message: CaptionMessage, key: string): Promise<boolean> => {
    try {
      if (!(await draft.become(message))) await post(message, key);
      messages++;
      trouble = undefined;
      return true;
    } catch (error) {
      trouble = errorCodes(error).code;
      log.warn(errorCodes(error), "captions could not be written");
      if (!isRefusal(error)) return false;
      place.refused = true;
      onRefused(error);
      return true;
    }
  };

  const run = async (): Promise<void> => {
    while ((waiting.length > 0 || draft.isBehind) && !isOver()) {
      const batch = waiting;
      waiting = [];
      const pages = compose(batch.map(({ line }) => line));
      for (const [index, page] of pages.entries()) {
        const key = String(number++);
        const beganMs = performance.now();
        while (!isOver() && !(await tryPosting(page, key))) await unlessOver(retryMs);
        if (index === pages.length - 1 && !isOver()) for (const { onWritten } of batch) onWritten?.();
        const restMs = everyMs - (performance.now() - beganMs);
        if (restMs > 0) await unlessOver(restMs);
      }
      // Words that are final go first; meanwhile nobody reads what is still growing.
      if (waiting.length === 0 && draft.isBehind) {
        await draft.catchUp();
        await Promise.race([delay(everyMs), new Promise<void>((resolve) => (wake = resolve))]);
      }
    }
    running = undefined;
  };

  return {
    get stats() {
      return { messages, waiting: waiting.length, trouble };
    },
    write(line, onWritten) {
      if (isOver()) return;
      waiting.push({ line, onWritten });
      if (waiting.length > mostWaiting) waiting.shift();
      wake?.();
      running ??= run();
    },
    growing(lines) {
      if (!options.draft || isOver()) return;
      draft.want(lines);
      running ??= run();
    },
    forget(speakerId) {
      waiting = waiting.filter(({ line }) => line.type !== "words" || line.speakerId !== speakerId);
    },
    async settled() {
      await running;
    },
  };
}

function plainMessages(lines: readonly CaptionLine[]): readonly CaptionMessage[] {
  return captionMessages(lines).map((content) => ({ content }));
}
