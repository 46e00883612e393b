import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { type Endpoint, isRecognition } from "./journal.ts";

/** What may go wrong with a request, on cue. */
export type FaultKind =
  /** An error of the service, with the HTTP status that belongs to the code unless told. */
  | {
      readonly kind: "code";
      readonly code: string;
      readonly httpStatus?: number;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** A bare status without a body. */
  | { readonly kind: "status"; readonly httpStatus: number; readonly retryAfterSeconds?: number }
  /** A proxy's page, status 502 unless told. */
  | { readonly kind: "html"; readonly httpStatus?: number }
  /** No answer, ever. */
  | { readonly kind: "hang" }
  /** The connection is reset as soon as the request's headers are here. */
  | { readonly kind: "reset" }
  /** Status 200 and JSON that breaks off, in a complete body. */
  | { readonly kind: "malformed" }
  /** Status 200 and nothing. */
  | { readonly kind: "empty" }
  /** Status 200, and the connection ends in the middle of the body. */
  | { readonly kind: "truncated" }
  /** Status 200 and so many bytes of JSON, 64 MiB unless told. */
  | { readonly kind: "huge"; readonly bytes?: number }
  /** Status 200 unless told, and this body: an answer of another shape than documented. */
  | { readonly kind: "answer"; readonly httpStatus?: number; readonly body: unknown }
  /** The right answer, so much later. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Headers at once, then a blank every so often and never the answer: only a deadline for the whole ends it. */
  | { readonly kind: "drip"; readonly everyMs: number };

export type Fault = FaultKind & {
  /** Both kinds of recognition unless told. */
  readonly endpoint?: Endpoint;
  /** How many requests it hits, 1 unless told. */
  readonly times?: number | "always";
};

/** Faults that wait for their requests, first come first served at each endpoint. */
export interface Faults {
  failNext(fault: Fault): void;
  take(endpoint: Endpoint): Fault | undefined;
  clear(): void;
}

/** No faults yet. */
export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    failNext(fault) {
      const { times = 1 } = fault;
      waiting.push({ fault, left: times === "always" ? Infinity : times });
    },
    take(endpoint) {
      const next = waiting.find(
        ({ fault, left }) =>
          left > 0 && (fault.endpoint === undefined ? isRecognition(endpoint) : fault.endpoint === endpoint),
      );
      if (next !== undefined) next.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return next?.fault;
    },
    clear() {
      waiting = [];
    },
  };
}

interface Stage {
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** Plays a fault on an answer; "go on" means that the right answer follows. */
export async function play(fault: FaultKind, stage: Stage): Promise<"played" | "go on"> {
  const { response, signal } = stage;
  if (fault.kind === "slow") {
    await delay(fault.delayMs, undefined, { signal });
    return "go on";
  }
  if (fault.kind === "reset") response.socket?.resetAndDestroy();
  else if (fault.kind === "huge") await sendHuge(response, fault.bytes ?? 64 * 2 ** 20);
  else if (fault.kind === "drip") await drip(response, fault.everyMs, signal);
  else if (fault.kind !== "hang") sendWrong(fault, stage);
  return "played";
}

type WrongAnswer = Exclude<FaultKind, { kind: "slow" | "reset" | "hang" | "huge" | "drip" }>;

/** Those whose wrong answer leaves at once. */
function sendWrong(fault: WrongAnswer, { response, requestId }: Stage): void {
  const retryAfter = "retryAfterSeconds" in fault ? fault.retryAfterSeconds : undefined;
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  switch (fault.kind) {
    case "code":
      sendJson(response, fault.httpStatus ?? statusOf(fault.code), codeBody(fault, requestId));
      break;
    case "status":
      response.writeHead(fault.httpStatus).end();
      break;
    case "html":
      response.writeHead(fault.httpStatus ?? 502, { "content-type": "text/html" }).end(page);
      break;
    case "answer":
      sendJson(response, fault.httpStatus ?? 200, fault.body);
      break;
    case "empty":
      response.writeHead(200, { ...json, "content-length": 0 }).end();
      break;
    case "malformed":
      response.writeHead(200, json).end(brokenJson);
      break;
    case "truncated":
      response.writeHead(200, { ...json, "content-length": 4096 });
      response.write(brokenJson, () => response.socket?.destroy());
      break;
  }
}

const json = { "content-type": "application/json" };
const page = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
const brokenJson = '{"trace_id":"567e8537-a89c-13c3-a882-826321939651","result":{"text":"';

/** An answer in JSON. */
export function sendJson(response: ServerResponse, httpStatus: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(httpStatus, { ...json, "content-length": bytes.length });
  response.end(bytes);
}

function codeBody(fault: Extract<FaultKind, { kind: "code" }>, requestId: string): unknown {
  const { code, message = `Played on cue: ${code}` } = fault;
  const body = { error_code: code, error_msg: message };
  return code.startsWith("APIG") ? { ...body, request_id: requestId } : body;
}

const gatewayStatus: Readonly<Record<string, readonly string[]>> = {
  400: ["0106", "0201", "0204", "0602", "0607", "1009"],
  401: ["0301", "0303", "0305", "0307", "0311"],
  403: ["0302", "0304", "0306", "0310", "0401", "0402", "0404", "0802"],
  404: ["0101"],
  405: ["0501", "0502"],
  429: ["0308"],
  502: ["0610"],
  503: ["0613"],
};
const identityStatus: Readonly<Record<string, readonly string[]>> = {
  400: ["0011", "1105", "1107", "1108", "1109"],
  401: ["0001", "0061", "0062", "0066", "0067"],
  403: ["0002", "0081", "0082"],
  429: ["0012"],
};

/**
 * The HTTP status that belongs to a code. The gateway's and IAM's are documented; SIS says only "4xx or 5xx" (seed 000 §6.8):
 * 500 for what fails inside the service, else 400 as its example has it.
 */
function statusOf(code: string): number {
  const [service = "", number = ""] = code.split(".", 2);
  if (service === "SIS") {
    return /^(?:0001|0033|0100|030[2-7]|0605)$/.test(number) ? 500 : 400;
  }
  const table = service === "IAM" ? identityStatus : gatewayStatus;
  const found = Object.entries(table).find(([, numbers]) => numbers.includes(number));
  return Number(found?.[0] ?? 500);
}

async function roomOrEnd(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
  });
}

async function sendHuge(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, json);
  response.write(brokenJson);
  const block = "a".repeat(65_536);
  for (let sent = 0; sent < bytes && response.writable; sent += block.length) {
    const room = response.write(block);
    if (!room) await roomOrEnd(response);
  }
  response.end('"}}');
}

async function drip(response: ServerResponse, everyMs: number, signal: AbortSignal): Promise<void> {
  response.writeHead(200, json);
  while (response.writable) {
    response.write(" ");
    await delay(everyMs, undefined, { signal });
  }
}
