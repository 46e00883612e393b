import type { IncomingMessage, ServerResponse } from "node:http";

import { ApiError } from "./api-error.ts";
import type { Payload } from "./entities.ts";
import { parseJson, readBytes } from "./http-body.ts";

/** The calls that can be made over HTTP, by name: plain JSON in, plain JSON out. */
export type ControlCalls = Readonly<Record<string, (input: Payload) => unknown>>;

/** Steers the local Discord from another process: POST /__control/NAME with the call's JSON. */
export interface Control {
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

const maxControlBytes = 256 * 1024 * 1024;

/** Bytes travel as { base64 } or { text }; a bigint as its digits; maps and sets as lists. */
function revived(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length !== 1) return value;
  const { base64, text } = value as { readonly base64?: unknown; readonly text?: unknown };
  if (typeof base64 === "string") return Buffer.from(base64, "base64");
  return typeof text === "string" ? Buffer.from(text) : value;
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? null, plain));
}

export function createControl(calls: ControlCalls): Control {
  const answer = async (request: IncomingMessage, url: URL): Promise<unknown> => {
    const name = url.pathname.replace("/__control/", "");
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (!call)
      throw new ApiError(404, 0, `no such call: ${name}; there are ${Object.keys(calls).join(", ")}`);
    const text = (await readBytes(request, maxControlBytes)).toString("utf8");
    const input = text === "" ? {} : JSON.parse(JSON.stringify(parseJson(text)), revived);
    return call(input as Payload);
  };
  return {
    handle: async (request, response, url) => {
      try {
        if (request.method !== "POST") throw new ApiError(405, 0, "calls are made by POST");
        send(response, 200, await answer(request, url));
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 400;
        send(response, status, { message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}
