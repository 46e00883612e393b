import { openRecording } from "../audio/open-recording.ts";
import { type WrittenRecording, writeRecording } from "../audio/write-recording.ts";
import { RecognizerError } from "../recognizers/errors.ts";
import type { HeardRecording, RecordingState } from "../recognizers/recording-recognizer.ts";
import { TranscriptionError } from "./errors.ts";
import type { Transcript } from "./transcript.ts";
import { translateError } from "./translate-error.ts";
import type {
  Laid,
  WholeEvent,
  WholeOptions,
  WholeProgress,
  WholeRun,
  WholeStep,
} from "./whole-recording.ts";
import { wholeTranscript } from "./whole-transcript.ts";

/** What all steps have in common. */
export type StepParts = WholeOptions & Required<Pick<WholeOptions, "pausesMs">>;

/** A task that failed on the service's side is handed in once more. */
const maxTasks = 2;
/** So many refusals of the same question are no accident. */
const maxRefusedQuestions = 5;
const hourMs = 3_600_000;
const longestPauseMs = 60_000;
/** A callback that came while the bot was off comes no more: nobody is to wait for hours because a task might be paid twice. */
const longestKnockMs = 30 * 60_000;

type Offered = Extract<WholeProgress, { type: "offered" }>;
type HandedIn = Extract<WholeProgress, { type: "handed-in" }>;

/** The next step of a recording, by what the last one wrote down. */
export async function takeStep(run: WholeRun, parts: StepParts): Promise<WholeStep> {
  const { progress } = run;
  if (progress === null) return await begin(run, parts);
  if (progress.type === "in-clips") return { type: "in-clips" };
  return progress.type === "offered"
    ? await goOnOffering(run, progress, parts)
    : await ask(run, progress, parts);
}

/** Lays the recording out as the service wants it, and hands it in. */
async function begin(run: WholeRun, parts: StepParts): Promise<WholeStep> {
  const { recognizer, shelf, longMs } = parts;
  const { limits, sampleRate } = recognizer;
  const { signal, maxDurationMs } = run;
  const recording = await openRecording(await run.file(), { maxDurationMs, signal });
  const { declaredMs } = recording;
  if (declaredMs !== undefined && (declaredMs <= longMs || declaredMs > limits.maxDurationMs))
    return { type: "in-clips" };
  const { ticket, written } = await shelf.lay({ owner: run.owner, expiresAtMs: expiry(parts) }, (path) =>
    writeRecording(recording, path, { sampleRate, maxBytes: limits.maxFileBytes, signal }),
  );
  const fits =
    written !== undefined && written.durationMs > longMs && written.durationMs <= limits.maxDurationMs;
  if (fits && written.sound !== undefined)
    return await submit(run, { type: "offered", ...laidOf(ticket, written) }, parts);
  await shelf.remove(ticket);
  return fits
    ? { type: "words", transcript: words({ sentences: [] }, laidOf(ticket, written), parts) }
    : { type: "in-clips" };
}

/** Hands it in; that it does so is written down first, and the task's id before anything else happens. */
async function submit(run: WholeRun, before: Offered, parts: StepParts): Promise<WholeStep> {
  const { recognizer, addresses, pausesMs } = parts;
  const offered = { ...before, tries: before.tries + 1, requests: before.requests + 1 };
  await run.save(offered);
  const { ticket, bytes, durationMs, soundStartMs: startMs, soundEndMs: endMs } = offered;
  try {
    const recording = { ...addresses(ticket), bytes, durationMs, sound: { startMs, endMs } };
    const { id } = await recognizer.submit(recording, { signal: run.signal });
    return await adopt(run, offered, id, parts);
  } catch (error) {
    if (!(error instanceof RecognizerError)) throw error;
    tell(parts, "trouble", offered, error.code);
    const pauseMs = pausesMs[offered.tries - 1];
    if (!error.retryable || pauseMs === undefined) return await refuse(run, offered, error, parts);
    return { type: "waiting", stage: "queued", afterMs: Math.max(pauseMs, error.retryAfterMs ?? 0) };
  }
}

/** The service has it. */
async function adopt(run: WholeRun, offered: Offered, taskId: string, parts: StepParts): Promise<WholeStep> {
  await run.save({ ...offered, type: "handed-in", taskId, troubles: 0 });
  tell(parts, "handed-in", offered);
  // The callback may be quicker than the answer was: nobody would knock a second time.
  const isOver = (await parts.shelf.notes(offered.ticket))?.taskId !== undefined;
  return { type: "waiting", stage: "queued", afterMs: isOver ? 0 : parts.recognizer.limits.askEveryMs };
}

/**
 * Nobody wrote down what became of handing it in: the process died, or the answer was lost. A service that has fetched
 * the recording has it, and will tell its id by the callback. One that has not may be about to: under a new ticket it
 * finds nothing at the old address, gives that task up unpaid, and the recording is handed in anew.
 */
async function goOnOffering(run: WholeRun, offered: Offered, parts: StepParts): Promise<WholeStep> {
  const notes = await parts.shelf.notes(offered.ticket);
  if (notes?.taskId !== undefined) return await adopt(run, offered, notes.taskId, parts);
  const mayKnock = notes?.fetched && Date.now() - offered.sinceMs < longestKnockMs;
  return mayKnock
    ? { type: "waiting", stage: "running", afterMs: nextQuestionMs(offered, parts) }
    : await offerAnew(run, offered, parts);
}

async function offerAnew(run: WholeRun, offered: Offered, parts: StepParts): Promise<WholeStep> {
  const ticket = await parts.shelf.renew(offered.ticket, expiry(parts));
  return ticket === undefined ? await begin(run, parts) : await submit(run, { ...offered, ticket }, parts);
}

async function ask(run: WholeRun, before: HandedIn, parts: StepParts): Promise<WholeStep> {
  const progress = { ...before, requests: before.requests + 1 };
  let state: RecordingState;
  try {
    state = await parts.recognizer.ask(progress.taskId, { signal: run.signal });
  } catch (error) {
    if (!(error instanceof RecognizerError)) throw error;
    return await notTold(run, { ...progress, troubles: progress.troubles + 1 }, error, parts);
  }
  if (state.type === "heard") {
    tell(parts, "heard", progress);
    await parts.shelf.remove(progress.ticket);
    return { type: "words", transcript: words(state.heard, progress, parts) };
  }
  if (state.type === "failed") return await failed(run, progress, state.error, parts);
  if (isLate(progress, parts)) return await refuse(run, progress, late(parts), parts);
  await run.save({ ...progress, troubles: 0 });
  return { type: "waiting", stage: state.type, afterMs: nextQuestionMs(progress, parts) };
}

/** The question was not answered; the task may be well all the same, and is asked for until its time is over. */
async function notTold(
  run: WholeRun,
  progress: HandedIn,
  error: RecognizerError,
  parts: StepParts,
): Promise<WholeStep> {
  tell(parts, "trouble", progress, error.code);
  const isOver = isLate(progress, parts) || (!error.retryable && progress.troubles >= maxRefusedQuestions);
  if (isOver) return await refuse(run, progress, error, parts);
  await run.save(progress);
  return { type: "waiting", stage: "running", afterMs: nextQuestionMs(progress, parts) };
}

async function failed(
  run: WholeRun,
  progress: HandedIn,
  error: RecognizerError,
  parts: StepParts,
): Promise<WholeStep> {
  tell(parts, "trouble", progress, error.code);
  if (!error.retryable || progress.tries >= maxTasks) return await refuse(run, progress, error, parts);
  const { taskId: _, troubles: __, ...laid } = progress;
  return await offerAnew(run, { ...laid, type: "offered" }, parts);
}

/** The service will not do; clips heal that, whatever it was. */
async function refuse(
  run: WholeRun,
  laid: Laid,
  error: RecognizerError,
  parts: StepParts,
): Promise<WholeStep> {
  await run.save({ type: "in-clips" });
  await parts.shelf.remove(laid.ticket);
  tell(parts, "refused", laid, error.code);
  const translated = translateError(error);
  if (!(translated instanceof TranscriptionError)) throw translated;
  return { type: "refused", error: translated };
}

function isLate({ sinceMs }: Laid, { recognizer }: StepParts): boolean {
  return Date.now() - sinceMs > recognizer.limits.doneWithinMs;
}

/** The longer it takes, the less often it is asked for; a callback makes it sooner. */
function nextQuestionMs({ sinceMs }: Laid, { recognizer }: StepParts): number {
  return Math.max(recognizer.limits.askEveryMs, Math.min(longestPauseMs, (Date.now() - sinceMs) / 20));
}

function expiry({ recognizer }: StepParts): number {
  return Date.now() + recognizer.limits.doneWithinMs + hourMs;
}

function words(heard: HeardRecording, laid: Laid, { recognizer: { name } }: StepParts): Transcript {
  const { durationMs, lostMs, cutShort, requests } = laid;
  return wholeTranscript(heard, { durationMs, lostMs, cutShort, requests, recognizer: name });
}

function tell(
  { recognizer, onEvent }: StepParts,
  event: WholeEvent["event"],
  { tries, durationMs, sinceMs }: Laid,
  code?: string,
): void {
  onEvent?.({
    recognizer: recognizer.name,
    event,
    ...(code === undefined ? {} : { code }),
    tries,
    audioMs: Math.round(durationMs),
    waitedMs: Date.now() - sinceMs,
  });
}

function laidOf(ticket: string, { bytes, durationMs, sound, damage }: WrittenRecording): Laid {
  return {
    ticket,
    bytes,
    durationMs,
    soundStartMs: sound?.startMs ?? 0,
    soundEndMs: sound?.endMs ?? durationMs,
    ...damage,
    tries: 0,
    requests: 0,
    sinceMs: Date.now(),
  };
}

function late({ recognizer: { name } }: StepParts): RecognizerError {
  return new RecognizerError(`${name} did not finish in the time it promises`, {
    kind: "timeout",
    code: "RECORDING.LATE",
    retryable: false,
  });
}
