import type { Account, IssuedToken, LogIn } from "./identity.ts";
import { Refusal } from "./refusal.ts";

/** Reads the body of POST /v3/auth/tokens: seed 000 §4.2, "Token-based Authentication". Throws Refusal. */
export function readLogIn(body: Uint8Array): LogIn {
  const auth = fieldAt(parse(body), "auth");
  const identity = fieldAt(auth, "identity");
  const methods = fieldAt(identity, "methods");
  if (!Array.isArray(methods) || methods.length !== 1 || methods[0] !== "password") throw invalid();
  // The sample in seed 000 §6.8 (SIS.0101) says "users", a misprint: §4.2 has "user".
  const user = fieldAt(fieldAt(identity, "password"), "user");
  const project = projectOf(fieldAt(auth, "scope"));
  return {
    username: textAt(user, "name"),
    password: textAt(user, "password"),
    domainName: textAt(fieldAt(user, "domain"), "name"),
    project,
  };
}

/** The body that comes with a token; the token itself is in the header X-Subject-Token. */
export function tokenBody(
  issued: IssuedToken,
  account: Account,
  withCatalog: boolean,
): Record<string, unknown> {
  const domain = { id: "d1000000000000000000000000000001", name: account.domainName };
  const token = {
    expires_at: microseconds(issued.expiresAt),
    issued_at: microseconds(issued.issuedAt),
    methods: ["password"],
    catalog: withCatalog ? [{ type: "sis", name: "sis", id: "c1", endpoints: [] }] : [],
    roles: [{ id: "0", name: "te_admin" }],
    user: { id: "u1000000000000000000000000000001", name: account.username, password_expires_at: "", domain },
  };
  const scope = issued.global
    ? { domain }
    : { project: { id: account.projectId, name: account.region, domain } };
  return { token: { ...token, ...scope } };
}

/** GET /v3/projects: seed 000 §6.2. */
export function projectsBody(account: Account, name: string | null): Record<string, unknown> {
  const links = { next: null, previous: null, self: "https://www.example.com/v3/projects" };
  const project = {
    domain_id: "d1000000000000000000000000000001",
    is_domain: false,
    parent_id: "d1000000000000000000000000000001",
    name: account.region,
    description: "",
    links,
    id: account.projectId,
    enabled: true,
  };
  return { projects: name === null || name === account.region ? [project] : [], links };
}

function projectOf(scope: unknown): LogIn["project"] {
  const project = fieldAt(scope, "project");
  if (project === undefined) return undefined;
  const name = fieldAt(project, "name");
  const id = fieldAt(project, "id");
  if (typeof name !== "string" && typeof id !== "string") throw invalid();
  return { ...(typeof name === "string" ? { name } : {}), ...(typeof id === "string" ? { id } : {}) };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw invalid();
  }
}

function fieldAt(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function textAt(value: unknown, name: string): string {
  const text = fieldAt(value, name);
  if (typeof text !== "string" || text === "") throw invalid();
  return text;
}

function invalid(): Refusal {
  return new Refusal(400, "", "The request body is invalid");
}

/** IAM prints six digits of the second. */
function microseconds(date: Date): string {
  return date.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}
