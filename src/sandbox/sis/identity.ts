import { randomBytes, randomUUID } from "node:crypto";

import { Refusal, sisRefusal } from "./refusal.ts";
import { accessKeyOf, headerOf, verifySignature } from "./signature.ts";
import type { SignedRequest } from "./signature.ts";

/** One account of the double: a user, a project of one region, a pair of keys. */
export interface Account {
  readonly domainName: string;
  readonly username: string;
  readonly password: string;
  readonly region: string;
  readonly projectId: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface IdentityRules {
  /** Length of a token in characters; real ones run from some 2,000 up to 32,768. */
  readonly tokenLength: number;
  /** 24 h by seed 000 §4.2. */
  readonly tokenLifetimeMs: number;
  /** Wrong passwords or bad signatures in a row after which the user or the pair of keys is locked. */
  readonly lockAfter: number;
  readonly lockMs: number;
  readonly maxSkewMs: number;
}

/** Who somebody is: the part of IAM and of the gateway that checks it. */
export interface Identity {
  /** POST /v3/auth/tokens: checks the body's claims and gives a token. Throws Refusal. */
  logIn(claims: LogIn): IssuedToken;
  /** Checks token or signature of a request. Throws Refusal. */
  authenticate(request: SignedRequest, projectId: string | undefined): "token" | "signature";
  /** From now on every token given so far is refused as outdated (APIG.0307), as after a change of password. */
  revokeTokens(): void;
  /** From now on every token given so far is refused as expired (APIG.0301). */
  expireTokens(): void;
}

export interface LogIn {
  readonly username: string;
  readonly password: string;
  readonly domainName: string;
  /** Undefined asks for a global token, which SIS refuses. */
  readonly project: { readonly name?: string; readonly id?: string } | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly global: boolean;
}

interface KnownToken {
  state: "valid" | "revoked";
  expiresMs: number;
  readonly global: boolean;
}

const mostTokens = 10_000;

/** Holds its tokens and its locks in memory. */
export function createIdentity(account: Account, rules: IdentityRules): Identity {
  const tokens = new Map<string, KnownToken>();
  const passwordLock = createLock(rules);
  const signatureLock = createLock(rules);

  function checkToken(token: string, projectId: string | undefined): void {
    const known = tokens.get(token);
    if (known === undefined) throw unauthorized("decrypt token fail");
    if (known.state === "revoked") throw new Refusal(401, "APIG.0307", "The token must be updated");
    if (known.expiresMs <= Date.now()) {
      throw unauthorized(`token expires, expires_at: ${new Date(known.expiresMs).toISOString()}`);
    }
    // Seed 000 §6.8, SIS.0101: "Do not use a global token when calling SIS", and the projectId of the URL must be right.
    if (projectId !== undefined && (known.global || projectId !== account.projectId)) throw tokenAbnormal();
  }

  function checkSignature(request: SignedRequest, projectId: string | undefined): void {
    const key = accessKeyOf(headerOf(request, "authorization") ?? "");
    if (signatureLock.locked()) throw unauthorized("verify aksk signature fail, the access key is locked");
    try {
      verifySignature(request, {
        secretOf: (name) => (name === account.accessKey ? account.secretKey : undefined),
        maxSkewMs: rules.maxSkewMs,
        nowMs: Date.now(),
      });
    } catch (error) {
      if (key === account.accessKey) signatureLock.failed();
      throw error;
    }
    signatureLock.passed();
    const claimed = headerOf(request, "x-project-id");
    const wrong = [projectId, claimed].some((id) => id !== undefined && id !== account.projectId);
    if (wrong) throw tokenAbnormal();
  }

  return {
    logIn({ username, password, domainName, project }) {
      if (passwordLock.locked()) throw new Refusal(401, "IAM.0061", "The account is locked");
      const known = username === account.username && domainName === account.domainName;
      if (!known || password !== account.password) {
        if (known) passwordLock.failed();
        throw new Refusal(401, "", "The username or password is wrong.");
      }
      passwordLock.passed();
      const { name = account.region, id = account.projectId } = project ?? {};
      if (name !== account.region || id !== account.projectId) {
        throw new Refusal(400, "IAM.1109", "The project does not exist");
      }
      const issuedMs = Date.now();
      const expiresMs = issuedMs + rules.tokenLifetimeMs;
      const token = randomToken(rules.tokenLength);
      tokens.set(token, { state: "valid", expiresMs, global: project === undefined });
      const [oldest] = tokens.keys();
      if (tokens.size > mostTokens && oldest !== undefined) tokens.delete(oldest);
      return {
        token,
        issuedAt: new Date(issuedMs),
        expiresAt: new Date(expiresMs),
        global: project === undefined,
      };
    },
    authenticate(request, projectId) {
      const token = headerOf(request, "x-auth-token");
      if (token !== undefined) {
        checkToken(token, projectId);
        return "token";
      }
      if (headerOf(request, "authorization") !== undefined) {
        checkSignature(request, projectId);
        return "signature";
      }
      // Seed 000 §6.8, SIS.0102.
      throw sisRefusal("SIS.0102", "Authentication information is missing", "缺少认证信息");
    },
    revokeTokens() {
      for (const known of tokens.values()) known.state = "revoked";
    },
    expireTokens() {
      for (const known of tokens.values()) known.expiresMs = Math.min(known.expiresMs, Date.now());
    },
  };
}

function unauthorized(why: string): Refusal {
  return new Refusal(401, "APIG.0301", `Incorrect IAM authentication information: ${why}`);
}

function tokenAbnormal(): Refusal {
  return sisRefusal("SIS.0101", "The authentication token is abnormal", "认证token异常");
}

/** Starts as real ones do ("MII": a signed message in Base64) and means nothing. */
function randomToken(length: number): string {
  return `MII${randomBytes(length).toString("base64")}`.slice(0, length);
}

interface Lock {
  locked(): boolean;
  failed(): void;
  passed(): void;
}

function createLock({ lockAfter, lockMs }: IdentityRules): Lock {
  let failures = 0;
  let untilMs = 0;
  return {
    locked: () => Date.now() < untilMs,
    failed() {
      failures += 1;
      if (failures < lockAfter) return;
      failures = 0;
      untilMs = Date.now() + lockMs;
    },
    passed() {
      failures = 0;
    },
  };
}

/** A trace or request id as the services print them. */
export function newTraceId(): string {
  return randomUUID();
}
