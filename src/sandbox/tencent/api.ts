import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Ear } from "../sis/answers.ts";
import { play, sendJson } from "../sis/faults.ts";
import { envelope, sentenceFields } from "./bodies.ts";
import type { CallFaults } from "./faults.ts";
import { checkFields, type Fields, parseFields } from "./fields.ts";
import { readRecordingWish } from "./recording-task.ts";
import { TencentRefusal } from "./refusal.ts";
import { readSentenceWish } from "./sentence.ts";
import type { Tasks } from "./tasks.ts";
import { type TencentAccount, verifyTc3 } from "./tc3.ts";

/** A call as the double saw it: never a key, audio or a word. */
export interface TencentCall {
  /** X-TC-Action, or "unknown". */
  readonly action: string;
  readonly requestId: string;
  readonly arrivedMs: number;
  /** The code of a refusal; "" for a success, undefined while there is no answer. */
  code: string | undefined;
}

export interface ApiParts {
  readonly account: TencentAccount;
  readonly ear: Ear;
  readonly faults: CallFaults;
  readonly calls: TencentCall[];
  /** Calls a second, by action. */
  readonly quotas: Readonly<Record<string, { take(arrivedMs: number): boolean }>>;
  readonly tasks: Tasks;
  readonly hotwordIds: readonly string[];
  /** Told of every arrival and every end. */
  readonly changed: () => void;
}

/** API 3.0 takes 10 MB with TC3-HMAC-SHA256. */
const mostBodyBytes = 10 * 2 ** 20;
const version = "2019-06-14";

type Work = (
  fields: Fields,
  call: { readonly index: number; readonly signal: AbortSignal },
) => Promise<Fields>;

/** Answers API 3.0's calls: "Response" with HTTP 200, errors too. */
export function createApi(
  parts: ApiParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { account, ear, faults, calls, quotas, tasks, hotwordIds, changed } = parts;
  let sentences = 0;
  const actions: ReadonlyMap<string, Work> = new Map([
    [
      "SentenceRecognition",
      async (fields, { index, signal }) => {
        const wish = readSentenceWish(fields, hotwordIds);
        return sentenceFields(await ear.hear(wish.audio, { index, signal }), wish);
      },
    ],
    ["CreateRecTask", async (fields) => Promise.resolve(tasks.create(readRecordingWish(fields, hotwordIds)))],
    [
      "DescribeTaskStatus",
      async (fields) => {
        checkFields(fields, { TaskId: [] }, ["TaskId"]);
        return Promise.resolve(tasks.describe(fields["TaskId"]));
      },
    ],
  ]);

  const answer = async (
    request: IncomingMessage,
    body: Buffer,
    call: TencentCall,
    signal: AbortSignal,
  ): Promise<Fields> => {
    const { headers, method, url } = request;
    if (method !== "POST" || url !== "/")
      throw new TencentRefusal("InvalidParameter", "Only POST to / is known");
    if (!/^application\/json(?:;|$)/.test(headers["content-type"] ?? ""))
      throw new TencentRefusal("InvalidParameter", "The content type is not supported");
    verifyTc3(headers, body, account);
    if (headers["x-tc-version"] !== version)
      throw new TencentRefusal("NoSuchVersion", "There is no such version");
    const work = actions.get(call.action);
    if (!work) throw new TencentRefusal("InvalidAction", "There is no such action");
    if (quotas[call.action]?.take(call.arrivedMs) === false)
      throw new TencentRefusal("RequestLimitExceeded.UinLimitExceeded", "The rate limit is reached");
    return await work(parseFields(body), { index: sentences++, signal });
  };

  return async (request, response) => {
    const call: TencentCall = {
      action: String(request.headers["x-tc-action"] ?? "unknown"),
      requestId: randomUUID(),
      arrivedMs: performance.now(),
      code: undefined,
    };
    calls.push(call);
    const gone = new AbortController();
    response.once("close", () => {
      gone.abort();
      changed();
    });
    changed();
    const { signal } = gone;
    try {
      const fault = faults.take(call.action);
      const body = fault?.kind === "reset" ? Buffer.alloc(0) : await readBody(request);
      if (fault?.kind === "refuse") throw new TencentRefusal(fault.code, "Played on cue");
      if (fault && (await play(fault, { response, requestId: call.requestId, signal })) === "played") return;
      const fields = await answer(request, body, call, signal);
      call.code = "";
      sendJson(response, 200, envelope(fields, call.requestId));
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } =
        error instanceof TencentRefusal
          ? error
          : new TencentRefusal("InternalError.ErrorRecognize", "It broke");
      call.code = code;
      sendJson(response, 200, envelope({ Error: { Code: code, Message: message } }, call.requestId));
    }
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBodyBytes)
      throw new TencentRefusal("RequestSizeLimitExceeded", "The request is too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
