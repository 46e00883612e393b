import type { IncomingMessage, ServerResponse } from "node:http";

import { controlPrefix } from "./control.ts";
import { play, sendJson } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { readBody } from "./http-body.ts";
import { newTraceId } from "./identity.ts";
import { isRecognition, type Journal, type SisRequest } from "./journal.ts";
import { bodyOf, Refusal } from "./refusal.ts";
import type { Language } from "./refusal.ts";
import { endpointOf, serve } from "./service.ts";
import type { ServiceParts } from "./service.ts";

export interface ExchangeParts {
  readonly service: ServiceParts;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly quota: { take(arrivedMs: number): boolean };
  /** Answers what is asked under /__control/. */
  readonly control: (call: string, body: Uint8Array) => unknown;
  /** Told of every arrival, every body and every end. */
  readonly changed: () => void;
}

/** One request and its answer, from the first header to the last byte; tells the journal of both. */
export function createExchange(
  parts: ExchangeParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  let recognitions = 0;

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: target = "/", headers } = request;
    // An address that is none, as in "//", is an API that does not exist.
    const url = URL.parse(target, "http://localhost") ?? new URL("http://localhost/");
    if (url.pathname.startsWith(controlPrefix)) {
      await answerControl(parts.control, url.pathname, request, response);
      return;
    }
    const entry = parts.journal.open(endpointOf(method, url.pathname), newTraceId());
    const withinQuota = isRecognition(entry.endpoint) && parts.quota.take(entry.arrivedMs);
    const index = isRecognition(entry.endpoint) ? recognitions++ : 0;
    const signal = watch(response, entry);
    parts.changed();
    try {
      const body = await bodyUnlessFault(request, response, { entry, signal });
      if (body === undefined) return;
      checkSizes(request);
      const arrived = { method, target, headers, url, body, entry, withinQuota, index, signal };
      const answer = await serve(arrived, parts.service);
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
      sendJson(response, answer.httpStatus, answer.body);
    } catch (error) {
      if (!signal.aborted) sendRefusal(refusalOf(error), { request, response, entry });
    }
  }

  /** Aborted when the answer has left or the client has. */
  function watch(response: ServerResponse, entry: SisRequest): AbortSignal {
    const gone = new AbortController();
    response.setHeader("x-request-id", entry.requestId);
    response.once("close", () => {
      entry.endedMs = performance.now();
      entry.httpStatus = response.headersSent ? response.statusCode : undefined;
      gone.abort();
      parts.changed();
    });
    return gone.signal;
  }

  /** The body, or undefined where a fault was played instead of an answer. */
  async function bodyUnlessFault(
    request: IncomingMessage,
    response: ServerResponse,
    { entry, signal }: { readonly entry: SisRequest; readonly signal: AbortSignal },
  ): Promise<Uint8Array | undefined> {
    const fault = parts.faults.take(entry.endpoint);
    entry.fault = fault?.kind;
    // A reset does not wait for the body; all other faults, a hang too, swallow it first.
    const body = fault?.kind === "reset" ? new Uint8Array() : await readBody(request);
    entry.bodyBytes = body.length;
    parts.changed();
    if (fault === undefined) return body;
    if (fault.kind === "code") entry.code = fault.code;
    const outcome = await play(fault, { response, requestId: entry.requestId, signal });
    return outcome === "go on" ? body : undefined;
  }

  return (request, response) => void exchange(request, response);
}

async function answerControl(
  control: ExchangeParts["control"],
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const call = `${request.method ?? ""} ${path.slice(controlPrefix.length)}`;
    sendJson(response, 200, control(call, await readBody(request)));
  } catch (error) {
    sendJson(response, 400, { error: String(error) });
  }
}

/** The gateway's limits: 32 KB for the address and for each header. */
function checkSizes({ url = "", headers }: IncomingMessage): void {
  const most = 32 * 1024;
  if (url.length > most) throw new Refusal(414, "APIG.0201", "Request URI too large.");
  if (Object.values(headers).some((value) => String(value).length > most)) throw headersTooLarge();
}

/** The refusal of a header over 32 KB, or of all headers over 128 KB. */
export function headersTooLarge(): Refusal {
  return new Refusal(494, "APIG.0201", "Request header or cookie too large.");
}

/** What the engine does not survive is an exception of the service. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = { english: "An exception occurred during speech recognition", chinese: "语音识别异常" };
  return new Refusal(500, "SIS.0305", message);
}

function sendRefusal(
  refusal: Refusal,
  { request, response, entry }: { request: IncomingMessage; response: ServerResponse; entry: SisRequest },
): void {
  const language: Language = request.headers["x-language"] === "en-us" ? "en-us" : "zh-cn";
  entry.code = refusal.code;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a body that nobody reads would be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  sendJson(response, refusal.httpStatus, bodyOf(refusal, language, entry.requestId));
}
