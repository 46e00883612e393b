import { createHash, randomUUID } from "node:crypto";

import { Agent } from "undici";

import type { SampleRate } from "../../audio/pcm.ts";
import { exchange } from "../http.ts";
import { parseJson } from "../http-faults.ts";
import { createQuota } from "../quota.ts";
import type { Turn } from "../recognizer.ts";
import type { RecordingRecognizer } from "../recording-recognizer.ts";
import { createLocalSlots } from "../slots.ts";
import { gatewayError } from "./alibaba-errors.ts";
import { type AlibabaKey, signedParameters } from "./rpc-signature.ts";
import { type AlibabaTaskSettings, taskParameter } from "./task.ts";
import { readNews, readState, readSubmission } from "./task-result.ts";

export interface AlibabaOptions extends AlibabaTaskSettings {
  /** As in https://filetrans.ap-southeast-1.aliyuncs.com. */
  readonly endpoint: string;
  /** As in "2019-08-23": it differs by region. */
  readonly apiVersion: string;
  readonly key: AlibabaKey;
  readonly sampleRate: SampleRate;
  /** What is spoken, as a BCP-47 tag: the appkey's project decides it, not the call. */
  readonly language: string;
  /** A trial is given 24 hours for a task, a paid account 3 (seed 002, "Call limits"). */
  readonly plan: "paid" | "trial";
  /** One request's deadline. */
  readonly timeoutMs?: number;
  /** Least time between two questions after the same task; 10 s unless told. */
  readonly askEveryMs?: number;
}

const hourMs = 3_600_000;
/** Twelve hours of speech with every word timed: about a hundred bytes for each of 110,000 words. */
const maxAnswerBytes = 32 * 2 ** 20;
/** A tenth of what the service takes (seed 002: 100 a second), because other programs may use the account. */
const questionsPerSecond = 10;
const everyone: Turn = { lane: "file", guildId: "recordings", memberId: "recordings" };

/** The API version of a region: the mainland's is older than the rest of the world's. */
export function apiVersionOf(region: string): string {
  return region.startsWith("cn-") ? "2018-08-17" : "2019-08-23";
}

/** Everything a task asks for; the appkey stands for the project's model. */
function identityOf({ sampleRate, ...options }: AlibabaOptions): string {
  const blank = { url: "", callbackUrl: "", bytes: 0, durationMs: 0 };
  const task = `${options.endpoint} ${sampleRate} ${taskParameter(options, blank)}`;
  return `alibaba:${createHash("sha256").update(task).digest("base64url").slice(0, 22)}`;
}

/** A client of Alibaba's recording file recognition (seed 002). Nothing is sent before the first call. */
export function createAlibaba(options: AlibabaOptions): RecordingRecognizer {
  const { timeoutMs = 30_000, apiVersion: version } = options;
  const endpoint = new URL(options.endpoint);
  const agent = new Agent({ allowH2: false, maxResponseSize: maxAnswerBytes });
  const questions = createQuota({ slots: createLocalSlots({ qps: questionsPerSecond }) });

  /** One request with a signature of its own; gives the parsed body of a success. Throws RecognizerError. */
  const call = async (
    method: "GET" | "POST",
    action: string,
    params: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> => {
    const signed = signedParameters({ method, action, version, params }, options.key, {
      nonce: randomUUID(),
      at: new Date(),
    });
    const url = new URL(method === "GET" ? `/?${signed}` : "/", endpoint);
    const answer = await exchange(agent, {
      service: "Alibaba",
      method,
      url,
      headers: method === "GET" ? {} : { "Content-Type": "application/x-www-form-urlencoded" },
      body: method === "GET" ? undefined : Buffer.from(signed),
      signal,
      timeoutMs,
    });
    const error = gatewayError(answer);
    if (error) throw error;
    return parseJson(answer.body);
  };

  return {
    name: "alibaba",
    identity: identityOf(options),
    host: endpoint.host,
    languages: [options.language],
    sampleRate: options.sampleRate,
    limits: {
      maxFileBytes: 512 * 2 ** 20,
      // No length is documented; what fits the size at 8 kHz is the most there can be.
      maxDurationMs: 12 * hourMs,
      doneWithinMs: (options.plan === "trial" ? 24 : 3) * hourMs,
      askEveryMs: options.askEveryMs ?? 10_000,
    },
    async submit(recording, { signal }) {
      return readSubmission(
        await call("POST", "SubmitTask", { Task: taskParameter(options, recording) }, signal),
      );
    },
    async ask(taskId, { signal }) {
      await questions.place(everyone, { signal });
      return readState(await call("GET", "GetTaskResult", { TaskId: taskId }, signal));
    },
    readCallback: (body) => readNews(parseJson(body)),
    async close() {
      questions.close();
      await agent.destroy();
    },
  };
}
