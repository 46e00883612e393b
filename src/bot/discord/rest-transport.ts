import type { RESTOptions } from "discord.js";
import { Agent, Headers, request, Response } from "undici";

/** Carries discord.js's REST requests over connections of its own. */
export interface RestTransport {
  readonly makeRequest: RESTOptions["makeRequest"];
  close(): Promise<void>;
}

/**
 * discord.js sends over the process's global dispatcher, which belongs to whichever undici was loaded last; one of another version
 * refuses the forms that files are posted in. Here, besides, the whole answer has a deadline and not just its head.
 */
export function createRestTransport(timeoutMs: number): RestTransport {
  const agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return {
    async makeRequest(url, { method = "GET", headers, body, signal }) {
      const encoded = await encode(body);
      const answer = await request(url, {
        dispatcher: agent,
        method: method.toUpperCase(),
        headers: { ...Object.fromEntries(headersOf(headers)), ...encoded.headers },
        body: encoded.body,
        ...(signal && { signal }),
      });
      const bytes = await answer.body.arrayBuffer();
      const received = new Headers(headersOf(answer.headers));
      // Nothing is not JSON, whatever it is called; and some statuses must not even have an empty body (Fetch, "null body status").
      if (bytes.byteLength === 0) received.delete("content-type");
      return new Response(bytes.byteLength === 0 ? null : bytes, {
        status: answer.statusCode,
        headers: received,
      });
    },
    async close() {
      if (!agent.destroyed) await agent.destroy();
    },
  };
}

interface Encoded {
  readonly body: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** JSON goes as it is; a form is written out, whichever FormData made it. */
async function encode(body: unknown): Promise<Encoded> {
  if (body === null || body === undefined) return { body: null, headers: {} };
  if (typeof body === "string") return { body, headers: {} };
  if (!(body instanceof FormData)) throw new TypeError("a request of discord.js with a body of a new kind");
  const form = new globalThis.Response(body);
  const contentType = form.headers.get("content-type") ?? "multipart/form-data";
  return { body: Buffer.from(await form.arrayBuffer()), headers: { "content-type": contentType } };
}

/** Headers as pairs, from discord.js's object or from what a server sent. */
function headersOf(headers: object | null | undefined): [string, string][] {
  const entries: [string, unknown][] = Object.entries(headers ?? {});
  return entries.flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => typeof one === "string")
      .map((one): [string, string] => [name, one]),
  );
}

/** The same, once `gate` lets a request go. Answers to interactions are not counted by Discord (API docs, "Rate Limits"). */
export function gated(
  makeRequest: RestTransport["makeRequest"],
  gate: () => Promise<void>,
): RestTransport["makeRequest"] {
  return async (url, init) => {
    if (!/\/(?:webhooks|interactions)\//.test(url)) await gate();
    return await makeRequest(url, init);
  };
}
