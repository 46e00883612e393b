import { onTestFinished } from "vitest";

import { startLocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import type { LocalSis, LocalSisOptions } from "../../../src/sandbox/sis/local-sis.ts";

/** A double that hears a fixed text and is closed when the test ends. */
export async function startScripted(options: LocalSisOptions = {}): Promise<LocalSis> {
  const sis = await startLocalSis({
    quota: { requests: 1000, windowMs: 1000 },
    recognize: () => ({ text: "nice to meet you", score: 0.91234567 }),
    ...options,
  });
  onTestFinished(() => sis.close());
  return sis;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Posts JSON, or text as it is. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** The body of a log-in for the double's own account. */
export function logInBody({ account }: LocalSis): {
  auth: { identity: { methods: string[]; password: { user: object } }; scope: object };
} {
  const user = {
    name: account.username,
    password: account.password,
    domain: { name: account.domainName },
  };
  return {
    auth: {
      identity: { methods: ["password"], password: { user } },
      scope: { project: { name: account.region } },
    },
  };
}

/** Logs in and gives the token. */
export async function tokenOf(sis: LocalSis): Promise<string> {
  const { headers } = await post(`${sis.url}/v3/auth/tokens?nocatalog=true`, logInBody(sis));
  return headers.get("x-subject-token") ?? "";
}

/** Where short sentences are recognized. */
export function shortAudioUrl(sis: LocalSis): string {
  return `${sis.url}/v1/${sis.account.projectId}/asr/short-audio`;
}

/** Base64 of so many ms of silence at 16 kHz. */
export function silence(lengthMs: number): string {
  return Buffer.alloc(lengthMs * 32).toString("base64");
}

/** A valid body, with changes. */
export function shortAudio(
  config: Readonly<Record<string, unknown>> = {},
  data: unknown = silence(100),
): Record<string, unknown> {
  return { config: { audio_format: "pcm16k16bit", property: "english_16k_common", ...config }, data };
}
