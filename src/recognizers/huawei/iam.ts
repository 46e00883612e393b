import type { Dispatcher } from "undici";
import { z } from "zod";

import { RecognizerError } from "../errors.ts";
import { singleFlight, unlessAborted } from "../single-flight.ts";
import { asRetryable, createRefusalMemory, noProject, type Credentials, type Pass } from "./credentials.ts";
import { exchange, type HttpAnswer } from "../http.ts";
import { parseJson } from "../http-faults.ts";
import { malformed, refusal } from "./sis-errors.ts";

/** An IAM user and the project to log in to (SIS 4.2). */
export interface PasswordLogin {
  readonly username: string;
  readonly password: string;
  readonly domainName: string;
  readonly projectName: string;
}

export interface TokenOptions {
  readonly login: PasswordLogin;
  /** As in https://iam.ap-southeast-3.myhuaweicloud.com. */
  readonly iamEndpoint: string;
  /** Used instead of the project the token names. */
  readonly projectId?: string | undefined;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs?: number;
  /** How long a refusal is remembered before IAM is asked again, in ms. */
  readonly refusalMs?: number | undefined;
  /** Monotonic, in ms. */
  readonly now?: () => number;
}

interface Token {
  readonly text: string;
  readonly projectId: string;
  /** On a monotonic clock, so that the host's wall clock may be wrong. */
  readonly renewMs: number;
  readonly expiresMs: number;
}

const DAY_MS = 24 * 3_600_000;
const LOGIN_TIMEOUT_MS = 15_000;
/** A day's token is renewed two hours before its end, a shorter one after three quarters of its life. */
const RENEW_BEFORE_MS = 2 * 3_600_000;
/** A renewal that failed is not tried again sooner, while the old token is still good. */
const RENEW_AGAIN_MS = 60_000;

/** Everyone who waits when IAM fails is told of that failure, rather than logging in one after another. */
const SHARED_FAILURE_MS = 250;

const answerSchema = z.object({
  token: z.object({
    expires_at: z.string().nullish(),
    issued_at: z.string().nullish(),
    project: z.object({ id: z.string().min(1) }).nullish(),
  }),
});

/**
 * Logs in with a password and keeps the token until shortly before it expires. One login serves everyone who waits; a
 * token that the service refuses is replaced once, and after two refusals in a row nobody logs in for a while.
 */
export function createTokenCredentials(options: TokenOptions): Credentials {
  const now = options.now ?? (() => performance.now());
  const memory = createRefusalMemory(options.refusalMs);
  const closing = new AbortController();
  let token: Token | undefined;
  let renewNotBeforeMs = 0;
  let refusals = 0;

  const logInOnce = singleFlight(
    async () => {
      try {
        token = await logIn(options, closing.signal, now);
        return token;
      } catch (error) {
        renewNotBeforeMs = now() + RENEW_AGAIN_MS;
        throw isRefusal(error) ? memory.refuse(error) : error;
      }
    },
    () => SHARED_FAILURE_MS,
  );

  const passFor = (present: Token): Pass => ({
    projectId: present.projectId,
    headers: ({ headers }) => ({ ...headers, "X-Auth-Token": present.text }),
    accepted() {
      refusals = 0;
      memory.forget();
    },
    refused(error) {
      // Another call was refused with this token before and there is, or will be, a new one.
      if (token !== present) return asRetryable(error);
      token = undefined;
      refusals += 1;
      return refusals > 1 ? memory.refuse(error) : asRetryable(error);
    },
  });

  return {
    async pass(signal) {
      signal.throwIfAborted();
      if (token && now() < token.expiresMs) {
        // Nobody waits for a renewal, and nobody is told when it fails: the token is still good.
        if (now() > token.renewMs && now() > renewNotBeforeMs) logInOnce().catch(() => undefined);
        return passFor(token);
      }
      memory.check();
      return passFor(await unlessAborted(logInOnce(), signal));
    },
    close: () => closing.abort(),
  };
}

/** Wrong, locked or lacking rights: IAM counts these. Its own troubles are no refusals. */
function isRefusal(error: unknown): error is RecognizerError {
  return error instanceof RecognizerError && (error.kind === "credentials" || error.kind === "rejected");
}

async function logIn(options: TokenOptions, signal: AbortSignal, now: () => number): Promise<Token> {
  // Without the catalogue the answer stays small (IAM, "Obtaining a User Token Through Password Authentication").
  const url = new URL("/v3/auth/tokens?nocatalog=true", options.iamEndpoint);
  const answer = await exchange(options.dispatcher, {
    service: "IAM",
    method: "POST",
    url,
    headers: { "Content-Type": "application/json;charset=utf8" },
    body: Buffer.from(JSON.stringify(loginBody(options.login))),
    signal,
    timeoutMs: options.timeoutMs ?? LOGIN_TIMEOUT_MS,
  });
  if (answer.status !== 201 && answer.status !== 200) {
    // IAM refuses a login with a number instead of a code; what else has none comes from something in between.
    throw refusal(answer, "IAM", [400, 401, 503].includes(answer.status) ? "IAM" : "HTTP");
  }
  return readToken(answer, options, now());
}

function loginBody({ username, password, domainName, projectName }: PasswordLogin): unknown {
  return {
    auth: {
      identity: {
        methods: ["password"],
        password: { user: { name: username, password, domain: { name: domainName } } },
      },
      // SIS takes tokens of a project only (SIS.0101).
      scope: { project: { name: projectName } },
    },
  };
}

/** A day where IAM does not say: so long are its tokens good (IAM, "Obtaining a User Token Through Password Authentication"). */
function lifetimeOf({ expires_at: end, issued_at: begin }: z.infer<typeof answerSchema>["token"]): number {
  return end == null || begin == null ? DAY_MS : Date.parse(end) - Date.parse(begin);
}

function readToken(answer: HttpAnswer, { projectId, login }: TokenOptions, nowMs: number): Token {
  const text = answer.headers["x-subject-token"];
  const body = answerSchema.safeParse(parseJson(answer.body)).data;
  // The difference of IAM's own times: the host's clock has no part in it.
  const lifetimeMs = body ? lifetimeOf(body.token) : Number.NaN;
  if (!body || typeof text !== "string" || text === "" || !(lifetimeMs > 0)) throw malformed(answer, "IAM");
  const project = projectId ?? body.token.project?.id;
  if (project === undefined) throw noProject(login.projectName);
  return {
    text,
    projectId: project,
    renewMs: nowMs + lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 4),
    // A request under way when its token ends would be refused.
    expiresMs: nowMs + lifetimeMs - Math.min(60_000, lifetimeMs / 20),
  };
}
