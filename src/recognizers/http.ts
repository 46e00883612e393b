import type { Dispatcher } from "undici";

import { networkFault, timedOut } from "./http-faults.ts";

/** A whole answer; the body is bounded by the dispatcher's maxResponseSize. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HttpRequest {
  /** Whose answer it is, for messages: "SIS". */
  readonly service: string;
  readonly method: "GET" | "POST";
  /** Absolute; its origin must be the dispatcher's. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** From now to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly onSent?: (() => void) | undefined;
}

/** IAM tokens come in headers of up to 32 KiB, more than HTTP clients take by default. */
export const MAX_HEADER_BYTES = 65_536;
/** No answer of these services comes near; a hostile or broken one is cut off here. */
export const MAX_ANSWER_BYTES = 1_048_576;
/** Timers take whole ms up to this; 16.1 s are 16100.000000000002 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * One request and its whole answer, whatever its status; redirects are not followed. Throws RecognizerError for faults
 * of the network and for the deadline; the caller's abort is rethrown as it is.
 */
export async function exchange(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  const { service, url, timeoutMs, onSent } = request;
  request.signal.throwIfAborted();
  const deadline = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), MAX_TIMER_MS));
  const told = onSent ? dispatcher.compose(tellWhenSent(onSent)) : dispatcher;
  try {
    const answer = await told.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.any([request.signal, deadline]),
      // The deadline covers these.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  } catch (error) {
    request.signal.throwIfAborted();
    if (deadline.aborted) throw timedOut(service, timeoutMs);
    throw networkFault(error, service);
  }
}

/** The client calls onRequestStart when it is about to write the request to an open connection. */
function tellWhenSent(onSent: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        onSent();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...event) => handler.onResponseStart?.(...event),
      onResponseData: (...event) => handler.onResponseData?.(...event),
      onResponseEnd: (...event) => handler.onResponseEnd?.(...event),
      onResponseError: (...event) => handler.onResponseError?.(...event),
    });
}
