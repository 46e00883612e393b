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

/** Does to a request what the fault says, as far as it is not the CDN's matter. A delay only waits. */
export async function sendFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  switch (fault.kind) {
    case "status":
      sendStatus(response, fault);
      return;
    case "rate-limit": {
      const { headers, body } = throttled(fault.retryAfterMs, fault.scope ?? "user");
      response.writeHead(429, { ...headers, "content-type": "application/json" });
      response.end(JSON.stringify(body));
      return;
    }
    case "malformed":
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"id": "12');
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "delay":
      await Promise.race([sleep(fault.delayMs, undefined, { ref: false }), untilClosed(response)]);
      return;
    case "redirect":
      response.writeHead(302, { location: fault.location });
      response.end();
      return;
    case "hang":
    case "drip":
    case "stall":
    case "truncate":
    case "length":
    case "huge":
      // The CDN's own faults mean nothing elsewhere: they end as silence.
      await untilClosed(response);
  }
}
