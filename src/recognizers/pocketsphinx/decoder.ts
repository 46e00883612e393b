import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { RecognizerError } from "../errors.ts";
import { isDecoderAnswer } from "./decoder-messages.ts";
import type { EngineParts, HeardWord } from "./engine.ts";

export interface DecodeOptions {
  /** From the call, loading of the model included. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A process of its own that decodes one call at a time. */
export interface Decoder {
  /** The words of each span of 16 kHz mono samples. Throws RecognizerError or the abort's reason: the process is then killed. */
  decode(spans: readonly Int16Array[], options: DecodeOptions): Promise<readonly (readonly HeardWord[])[]>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Kills the process and waits until it is gone. */
  end(): Promise<void>;
}

const program = fileURLToPath(new URL("decoder-process.ts", import.meta.url));

/** Starts the process; it loads its model meanwhile and holds up nobody's exit unless it is asked something. */
export function startDecoder({ library, modelFolder, grammar }: EngineParts): Decoder {
  const child = fork(program, [library, modelFolder, ...(grammar === undefined ? [] : [grammar])], {
    // What the decoder does not need it does not get: no secrets, no flags of ours.
    env: {},
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // One that cannot even be started has an error, and no exit.
  const ended = once(child, "exit").then(
    () => undefined,
    () => undefined,
  );
  holdOpen(child, false);
  return {
    ended,
    async decode(spans, options) {
      holdOpen(child, true);
      try {
        return await ask(child, spans, options);
      } catch (error) {
        child.kill("SIGKILL");
        throw error;
      } finally {
        holdOpen(child, false);
      }
    },
    async end() {
      child.ref();
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function ask(
  child: ChildProcess,
  spans: readonly Int16Array[],
  { deadlineMs, signal }: DecodeOptions,
): Promise<readonly (readonly HeardWord[])[]> {
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(
      new RecognizerError(`The embedded recognizer took longer than ${deadlineMs} ms`, {
        kind: "timeout",
        code: "TIMEOUT",
        retryable: true,
        maxRetries: 1,
      }),
    );
  }, deadlineMs);
  const stop = AbortSignal.any([signal, over.signal]);
  try {
    stop.throwIfAborted();
    // A channel that is closed already is followed by the exit, which says more.
    child.send({ spans }, () => undefined);
    const [answer]: unknown[] = await Promise.race([
      once(child, "message", { signal: stop }),
      once(child, "exit", { signal: stop }),
    ]);
    if (!isDecoderAnswer(answer)) throw crashed(child);
    if (answer.kind === "missing") throw missing();
    return answer.words;
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    throw error instanceof RecognizerError ? error : crashed(child, error);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Whether this process may end while the child lives. */
function holdOpen(child: ChildProcess, yes: boolean): void {
  if (yes) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function crashed(child: ChildProcess, cause?: unknown): RecognizerError {
  const how = child.signalCode ?? child.exitCode ?? "no start";
  return new RecognizerError(`The embedded recognizer's process ended in the middle (${how})`, {
    kind: "unavailable",
    code: "POCKETSPHINX.CRASHED",
    retryable: true,
    maxRetries: 1,
    cause,
  });
}

function missing(): RecognizerError {
  return new RecognizerError(
    "The embedded recognizer is missing. Install the Debian packages: apt-get install libpocketsphinx3 pocketsphinx-en-us",
    { kind: "unavailable", code: "POCKETSPHINX.MISSING", retryable: false },
  );
}
