import type { LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";

/** What tests look at in an answer's JSON. */
export interface RestBody {
  readonly id: string;
  readonly code: number;
  readonly message: string;
  readonly errors: object;
  readonly token: string;
  readonly content: string;
  readonly flags: number;
  readonly attachments: readonly { readonly id: string; readonly url: string; readonly filename: string }[];
  readonly refreshed_urls: readonly { readonly original: string; readonly refreshed: string }[];
}

export interface RestReply {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON; empty where there is none. */
  readonly body: RestBody;
}

export interface RestCall {
  readonly body?: unknown;
  /** Multipart parts, in order; what is a string has no file name. */
  readonly parts?: readonly { readonly name: string; readonly content: string; readonly filename?: string }[];
  readonly token?: string | undefined;
}

/** Plain requests with the bot's token: for what discord.js would never send. */
export function restOf(discord: LocalDiscord): (line: string, call?: RestCall) => Promise<RestReply> {
  return async (line, call = {}) => {
    const [method = "GET", path = ""] = line.split(" ");
    const token = "token" in call ? call.token : discord.application.token;
    const response = await fetch(`${discord.apiUrl}/v10${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bot ${token}` }),
        ...(call.body !== undefined && { "content-type": "application/json" }),
      },
      ...(call.body !== undefined && {
        body: typeof call.body === "string" ? call.body : JSON.stringify(call.body),
      }),
      ...(call.parts && { body: formOf(call.parts) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text === "" ? "{}" : text) as RestBody,
    };
  };
}

function formOf(parts: NonNullable<RestCall["parts"]>): FormData {
  const form = new FormData();
  for (const { name, content, filename } of parts) {
    if (filename === undefined) form.append(name, content);
    else form.append(name, new Blob([content]), filename);
  }
  return form;
}

/** Status and code, as refusals are compared. */
export function refusal({ status, body }: RestReply): readonly [number, number] {
  return [status, body.code];
}
