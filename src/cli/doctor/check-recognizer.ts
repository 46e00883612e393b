import { join } from "node:path";

import { openRecording } from "../../audio/open-recording.ts";
import { type Clip, durationMs } from "../../audio/pcm.ts";
import { createSileroDetector } from "../../audio/silero.ts";
import type { Config, RecognizerName } from "../../config.ts";
import { createLog } from "../../log.ts";
import type { FailedAttempt, ScheduledRecognizer } from "../../recognizers/recognizer.ts";
import type { StreamingService } from "../../recognizers/streaming-recognizer.ts";
import { createServices, type OpenService } from "../../speech/services.ts";
import { StoreError } from "../../store/errors.ts";
import { TranscriptionError } from "../../transcription/errors.ts";
import { translateError } from "../../transcription/translate-error.ts";
import { explainError } from "../explain-error.ts";
import { broken, type Finding, ok, skipped, warning } from "./finding.ts";

/** A second of synthetic speech, "one, two, three". */
const recording = join(import.meta.dirname, "one-two-three.ogg");
const patienceMs = 45_000;

/** One real call to each recognizer that is in use, through the same quota as the bot's. */
export async function checkRecognizers(
  config: Config,
  names: readonly RecognizerName[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const detector = await createSileroDetector();
  const services = createServices({ config, log: createLog("silent"), detector });
  try {
    const found: Finding[] = [];
    for (const name of names) found.push(...(await checkOne(() => services.open(name), name, signal)));
    return found;
  } finally {
    await services.close();
    await detector.close();
  }
}

async function checkOne(
  open: () => OpenService,
  name: RecognizerName,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const about = `Recognizer ${name}`;
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(patienceMs);
  const whole = AbortSignal.any([signal, stop.signal, deadline]);
  let failure: FailedAttempt | undefined;
  try {
    const { host, recognizerFor, streaming } = open();
    const recognizer = recognizerFor();
    const clip = await readClip(recognizer, whole);
    const startMs = performance.now();
    const { confidence } = await recognizer.recognize(clip, {
      signal: whole,
      turn: { lane: "interactive", guildId: "doctor", memberId: "doctor" },
      onFailedAttempt(attempt) {
        failure = attempt;
        // One refusal says it all, but for the rate: the bot may be using it.
        if (!isForRate(attempt)) stop.abort();
      },
    });
    const took = `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
    const score = confidence === undefined ? "" : `, ${Math.round(confidence * 100)} % sure`;
    return [
      ok(about, `${host ?? "this machine"} heard a second of speech in ${took}${score}`),
      ...(failure ? [throttled(about, name)] : []),
      ...(streaming
        ? [await checkStream(streaming, clip, { about: `${about}, realtime`, signal: whole })]
        : []),
    ];
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StoreError) return [skipped(about, "it needs the data folder")];
    const known = failure ? fromAttempt(failure) : translateError(error);
    if (known instanceof TranscriptionError) return [explained(about, known)];
    if (deadline.aborted)
      return [broken(about, "no answer within 45 s", "look at the network and the service's address")];
    throw error;
  }
}

/** The same second as captions would send it, over a connection of its own. */
async function checkStream(
  service: StreamingService,
  clip: Clip,
  { about, signal }: { readonly about: string; readonly signal: AbortSignal },
): Promise<Finding> {
  try {
    const stream = service.recognizerFor({}).open({ signal, onInterim: () => undefined });
    stream.push(clip.samples);
    await stream.end();
    return ok(about, "captions will grow while people speak");
  } catch (error) {
    signal.throwIfAborted();
    const known = translateError(error);
    if (known instanceof TranscriptionError) return explained(about, known);
    throw error;
  }
}

function throttled(about: string, name: RecognizerName): Finding {
  return warning(
    about,
    "it first answered that there were too many requests",
    `check ${name === "tencent" ? "TENCENT_MAX_QPS" : "SIS_MAX_QPS"} against your account's limit, and who else uses the account`,
  );
}

/** Tencent refuses with status 200. */
function isForRate({ httpStatus, code }: FailedAttempt): boolean {
  return httpStatus === 429 || code.startsWith("TENCENT.RequestLimitExceeded");
}

/** What retries keep to themselves until the last one. */
function fromAttempt({ code, httpStatus, requestId }: FailedAttempt): TranscriptionError {
  const refused = httpStatus === 401 || httpStatus === 403;
  return new TranscriptionError("a call failed", {
    reason: refused ? "service-credentials" : "service-unavailable",
    code,
    httpStatus,
    traceId: requestId,
    retryable: false,
  });
}

function explained(about: string, error: TranscriptionError): Finding {
  const { said, advice, subtext } = explainError(error);
  return broken(about, `${said}${subtext === "" ? "" : ` (${subtext})`}`, advice);
}

async function readClip(recognizer: ScheduledRecognizer, signal: AbortSignal): Promise<Clip> {
  const { sampleRate } = recognizer;
  const opened = await openRecording(recording, { maxDurationMs: 10_000, signal });
  const blocks = await Array.fromAsync(opened.decode({ sampleRate, signal }));
  const samples = new Int16Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  const lengthMs = durationMs(samples, sampleRate);
  return {
    index: 0,
    samples,
    sampleRate,
    pieces: [{ clipStartMs: 0, startMs: 0, durationMs: lengthMs }],
    speech: [{ startMs: 0, endMs: lengthMs }],
    overlapMs: 0,
  };
}
