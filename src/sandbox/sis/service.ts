import { setTimeout as delay } from "node:timers/promises";

import { answerOf, sentenceAnswerOf } from "./answers.ts";
import type { Ear } from "./answers.ts";
import { newTraceId } from "./identity.ts";
import type { Account, Identity } from "./identity.ts";
import type { Endpoint, SisRequest } from "./journal.ts";
import { projectsBody, readLogIn, tokenBody } from "./log-in.ts";
import { Refusal, sisRefusal } from "./refusal.ts";
import { readSentence } from "./sentence.ts";
import { readShortAudio } from "./short-audio.ts";
import type { ShortAudioRules } from "./short-audio.ts";
import type { SignedRequest } from "./signature.ts";

/** A request that has arrived whole. */
export interface ServiceRequest extends SignedRequest {
  readonly url: URL;
  readonly body: Uint8Array;
  /** Where the journal keeps what is learned on the way. */
  readonly entry: SisRequest;
  /** Whether it fitted the quota when it arrived. */
  readonly withinQuota: boolean;
  /** Position among all requests for recognition, from 0. */
  readonly index: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

export interface ServiceAnswer {
  readonly httpStatus: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServiceParts {
  readonly account: Account;
  readonly identity: Identity;
  readonly ear: Ear;
  readonly audio: ShortAudioRules;
  /** How long an answer takes beyond the recognition itself. */
  readonly delayMs: () => number;
}

const shortAudioPath = /^\/v1\/(?<project>[^/]+)\/asr\/short-audio\/?$/;

/** Which call a request is: seed 000 §5.1, §4.2 and §6.2; seed 001, "URI". */
export function endpointOf(method: string, path: string): Endpoint {
  if (method === "POST" && shortAudioPath.test(path)) return "short-audio";
  if (method === "POST" && path === "/v1.0/voice/asr/sentence") return "sentence";
  if (method === "POST" && path === "/v3/auth/tokens") return "tokens";
  if (method === "GET" && path === "/v3/projects") return "projects";
  return "unknown";
}

/** Answers as gateway, IAM and SIS would, in that order. Throws Refusal. */
export async function serve(request: ServiceRequest, parts: ServiceParts): Promise<ServiceAnswer> {
  const { endpoint } = request.entry;
  if (endpoint === "short-audio" || endpoint === "sentence") return recognize(request, parts);
  if (endpoint === "tokens") return logIn(request, parts);
  if (endpoint === "projects") {
    request.entry.authentication = parts.identity.authenticate(request, undefined);
    return { httpStatus: 200, body: projectsBody(parts.account, request.url.searchParams.get("name")) };
  }
  throw new Refusal(404, "APIG.0101", "The API does not exist or has not been published in the environment");
}

function logIn({ url, headers, body }: ServiceRequest, { identity, account }: ServiceParts): ServiceAnswer {
  if (!isJson(headers["content-type"])) throw new Refusal(400, "", "The request body is invalid");
  const issued = identity.logIn(readLogIn(body));
  const withCatalog = (url.searchParams.get("nocatalog") ?? "") === "";
  return {
    httpStatus: 201,
    headers: { "x-subject-token": issued.token },
    body: tokenBody(issued, account, withCatalog),
  };
}

async function recognize(request: ServiceRequest, parts: ServiceParts): Promise<ServiceAnswer> {
  const { entry, signal, index } = request;
  // The older interface has no project in its address; the token's own counts.
  const isSentence = entry.endpoint === "sentence";
  const inAddress = shortAudioPath.exec(request.url.pathname)?.groups?.["project"] ?? "";
  const projectId = isSentence ? parts.account.projectId : inAddress;
  entry.authentication = parts.identity.authenticate(request, projectId);
  if (!request.withinQuota) {
    throw new Refusal(
      429,
      "APIG.0308",
      "The throttling threshold has been reached: policy user over ratelimit",
    );
  }
  // Seed 000 §4.1, "Request Header": Content-Type is mandatory.
  if (!isJson(request.headers["content-type"])) {
    throw sisRefusal(
      "SIS.0032",
      "Content-Type must be application/json",
      "Content-Type必须为application/json",
    );
  }
  const audio = isSentence ? readSentence(request.body) : readShortAudio(request.body, parts.audio);
  entry.audioMs = (audio.samples.length * 1000) / audio.sampleRate;
  await delay(parts.delayMs(), undefined, { signal });
  const heard = await parts.ear.hear(audio, { index, signal });
  const body = isSentence ? sentenceAnswerOf(heard, audio) : answerOf(heard, audio, newTraceId());
  return { httpStatus: 200, body };
}

function isJson(contentType: string | readonly string[] | undefined): boolean {
  return typeof contentType === "string" && /^application\/json\s*(?:;|$)/i.test(contentType);
}
