import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { apiVersionOf, createAlibaba } from "../recognizers/alibaba/alibaba.ts";
import type { RecordingRecognizer } from "../recognizers/recording-recognizer.ts";
import { createTencentRecordings } from "../recognizers/tencent/recordings.ts";
import { createShelf, type Shelf, type ShelfOwner } from "../store/shelf.ts";
import type { WholeEvent, WholeRecordings } from "../transcription/whole-recording.ts";
import { createWholeRecordings } from "../transcription/whole-recordings.ts";
import { callbackPath, createShelfRoutes, recordingPath } from "../web/shelf.ts";
import type { Routes } from "../web/server.ts";

/** Long recordings by a service that takes them whole, wired up for one process. */
export interface LongRecordings {
  readonly whole: WholeRecordings;
  /** Where the service fetches recordings and tells that it is done; to be mounted below PUBLIC_URL. */
  readonly routes: Routes;
  readonly shelf: Shelf;
  /** For those who are told where their voice goes. */
  readonly facts: { readonly name: string; readonly host: string; readonly minutes: number };
  close(): Promise<void>;
}

export interface LongRecordingsOptions {
  readonly config: Config;
  readonly log: Log;
  /** The service is done with a recording of this work item; false where that does not wait just now. */
  readonly wake: (owner: ShelfOwner) => Promise<boolean>;
}

/** A work item that is about to wait does so by then, in ms one after the other. */
const knocksMs = [300, 700, 2000];

/** Undefined where the configuration names no service: all recordings then go in clips. */
export function openLongRecordings({ config, log, wake }: LongRecordingsOptions): LongRecordings | undefined {
  const recognizer = openRecordingRecognizer(config);
  const { publicUrl } = config.http;
  if (!recognizer || publicUrl === undefined) return undefined;
  const shelf = createShelf(join(config.dataDir, "shelf"));
  return {
    whole: createWholeRecordings({
      recognizer,
      shelf,
      longMs: config.recordings.longMinutes * 60_000,
      addresses: (ticket) => ({
        url: publicUrl + recordingPath(ticket),
        callbackUrl: publicUrl + callbackPath(ticket),
      }),
      onEvent: (event) => tellOf(event, log),
    }),
    routes: createShelfRoutes({ shelf, onCallback: takeCallback(recognizer, shelf, { wake, log }) }),
    shelf,
    facts: { name: recognizer.name, host: recognizer.host, minutes: config.recordings.longMinutes },
    close: async () => await recognizer.close(),
  };
}

/** A client of the service that is configured for whole recordings; undefined where none is. */
export function openRecordingRecognizer({
  recordings,
  alibaba,
  tencent,
}: Config): RecordingRecognizer | undefined {
  if (recordings.recognizer === undefined) return undefined;
  if (recordings.recognizer === "tencent") {
    if (!tencent.key) throw new TypeError("Tencent is used without a key");
    return createTencentRecordings({ ...tencent, key: tencent.key });
  }
  const { account, region } = alibaba;
  if (!account) throw new TypeError("Alibaba is used without an account");
  return createAlibaba({ ...alibaba, ...account, key: account, apiVersion: apiVersionOf(region) });
}

/**
 * A callback is a knock at the door: it may come from anybody who has the ticket, so the words it brings are left alone.
 * Its task's id is kept, and the work item asks for the words itself, with its own signature.
 */
export function takeCallback(
  recognizer: Pick<RecordingRecognizer, "readCallback">,
  shelf: Shelf,
  options: Pick<LongRecordingsOptions, "wake" | "log">,
): (ticket: string, body: string) => Promise<boolean> {
  return async (ticket, body) => {
    const news = recognizer.readCallback(body);
    const owner = await shelf.owner(ticket);
    if (!news || !owner) return false;
    await shelf.noteTask(ticket, news.taskId);
    if (!(await options.wake(owner))) void knockAgain(owner, options);
    return true;
  };
}

/** What fails here costs nothing but time: the work item asks by itself after a while. */
async function knockAgain(
  owner: ShelfOwner,
  { wake, log }: Pick<LongRecordingsOptions, "wake" | "log">,
): Promise<void> {
  try {
    for (const pauseMs of knocksMs) {
      await delay(pauseMs, undefined, { ref: false });
      if (await wake(owner)) return;
    }
  } catch (error) {
    log.warn({ err: error, event: "recording-knock" }, "a work item was not woken; it asks by itself");
  }
}

function tellOf({ event, ...figures }: WholeEvent, log: Log): void {
  const line = { ...figures, event: `recording-${event}` };
  if (event === "refused") log.warn(line, "the recording goes in clips instead");
  else if (event === "trouble") log.warn(line, "a step of a whole recording failed");
  else log.info(line, `a whole recording was ${event}`);
}
