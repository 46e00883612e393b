import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { Fault } from "./faults.ts";
import { throttled } from "./limits.ts";

function sendStatus(response: ServerResponse, fault: Fault & { readonly kind: "status" }): void {
  const { status, code, message } = fault;
  const isProxy = status >= 500 && code === undefined;
  const body = isProxy
    ? `<html><head><title>${status}</title></head><body>cloudflare</body></html>`
    : JSON.stringify({ message: message ?? `${status}`, code: code ?? 0 });
  response.writeHead(status, { "content-type": isProxy ? "text/html" : "application/json" });
  response.end(body);
}

/** Waits until the other side gives up. */
async function untilClosed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
  });
}

function sendMalformed(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"id": "12');
}

function sendThrottled(response: ServerResponse, fault: Fault & { readonly kind: "rate-limit" }): void {
  const { headers, body } = throttled(fault.retryAfterMs, fault.scope ?? "user");
  response.writeHead(429, { ...headers, "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function wait(response: ServerResponse, delayMs: number): Promise<void> {
  await Promise.race([sleep(delayMs, undefined, { ref: false }), untilClosed(response)]);
}

/** Does to a request what the fault says, as far as it is not the CDN's matter. A delay only waits. */
export async function sendFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A delayed request is read later, when it is its turn.
  if (fault.kind === "delay") return wait(response, fault.delayMs);
  request.resume();
  switch (fault.kind) {
    case "status":
      return sendStatus(response, fault);
    case "rate-limit":
      return sendThrottled(response, fault);
    case "malformed":
      return sendMalformed(response);
    case "reset":
      response.socket?.resetAndDestroy();
      return undefined;
    case "redirect":
      response.writeHead(302, { location: fault.location }).end();
      return undefined;
    case "hang":
    case "drip":
    case "stall":
    case "truncate":
    case "length":
    case "huge":
      // The CDN's own faults mean nothing elsewhere: they end as silence.
      return untilClosed(response);
  }
}
