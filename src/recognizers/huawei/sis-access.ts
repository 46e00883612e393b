import { Agent } from "undici";

import { createConnections } from "../connections.ts";
import { RecognizerError } from "../errors.ts";
import { type HttpAnswer, MAX_ANSWER_BYTES, MAX_HEADER_BYTES } from "../http.ts";
import type { Recognition } from "../recognizer.ts";
import { createAccessKeyCredentials } from "./access-key.ts";
import type { Credentials } from "./credentials.ts";
import { refusesIdentity } from "./error-codes.ts";
import { createTokenCredentials, type PasswordLogin } from "./iam.ts";
import { sha256, type AccessKey } from "./sdk-hmac.ts";

/** Who asks: an access key that signs every request, or an IAM user who logs in for a token. */
export type SisCredentials =
  | ({ readonly type: "ak-sk" } & AccessKey)
  | ({ readonly type: "password" } & PasswordLogin);

/** Where SIS is, and who asks it. */
export interface SisAccessOptions {
  /** As in ap-southeast-3: the name of the project that is looked up for an access key. */
  readonly region: string;
  /** As in https://sis-ext.ap-southeast-3.myhuaweicloud.com. */
  readonly endpoint: string;
  /** As in https://iam.ap-southeast-3.myhuaweicloud.com. */
  readonly iamEndpoint: string;
  readonly credentials: SisCredentials;
  /** Asked of IAM when it is not given and the interface needs one. */
  readonly projectId?: string | undefined;
  /** One request's deadline, from its first byte to the answer's last. */
  readonly timeoutSeconds: number;
  /** How long a refused login or signature is remembered before it is tried again, in ms. */
  readonly refusalMs?: number | undefined;
  /** How many requests may be under way at once. */
  readonly maxOpen?: number | undefined;
}

/** A body that is ready to leave, with the hash its signature needs. */
export interface PreparedBody {
  readonly body: Buffer;
  readonly bodySha256: string;
}

export interface SisCall {
  /** Behind the endpoint; gets the project's id, "" where the interface needs none. */
  readonly path: (projectId: string) => string;
  readonly body: PreparedBody;
  readonly read: (answer: HttpAnswer) => Recognition;
  readonly signal: AbortSignal;
  readonly onSent?: (() => void) | undefined;
}

/** Open connections to SIS, and proof of who asks. */
export interface SisAccess {
  /** Resolves when a request could leave at once. Throws RecognizerError. */
  ready(signal: AbortSignal): Promise<void>;
  /** One request and what was heard. A refused token is replaced; everything else is thrown as RecognizerError. */
  post(call: SisCall): Promise<Recognition>;
  close(): Promise<void>;
}

/** Hashes a body ahead of its turn. */
export function preparedBody(body: Buffer): PreparedBody {
  return { body, bodySha256: sha256(body) };
}

/** Nothing is sent before it is asked to. `needsProject` is false for interfaces whose address has no project. */
export function createSisAccess(options: SisAccessOptions, needsProject = true): SisAccess {
  const iam = new Agent({
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const credentials = createCredentials(options, needsProject, iam);
  const { origin } = new URL(options.endpoint);
  const connections = createConnections({ service: "SIS", origin, maxOpen: options.maxOpen });
  const base = options.endpoint.replace(/\/+$/, "");

  return {
    async ready(signal) {
      await credentials.pass(signal);
      await connections.ready(signal);
    },
    async post({ path, body, read, signal, onSent }) {
      const pass = await credentials.pass(signal);
      const request = { method: "POST" as const, url: new URL(base + path(pass.projectId)), ...body };
      const headers = pass.headers({
        ...request,
        // Error messages come in the language asked for; the default is Chinese.
        headers: { "Content-Type": "application/json", "X-Language": "en-us" },
      });
      const timeoutMs = options.timeoutSeconds * 1000;
      const answer = await connections.exchange({ ...request, headers, signal, timeoutMs, onSent });
      try {
        const recognition = read(answer);
        pass.accepted();
        return recognition;
      } catch (error) {
        if (!(error instanceof RecognizerError) || !refusesIdentity(error.code, error.httpStatus))
          throw error;
        throw pass.refused(error);
      }
    },
    async close() {
      credentials.close();
      connections.close();
      await iam.destroy();
    },
  };
}

function createCredentials(options: SisAccessOptions, needsProject: boolean, dispatcher: Agent): Credentials {
  const { credentials, region, iamEndpoint, projectId, refusalMs } = options;
  const where = { iamEndpoint, projectId, refusalMs, dispatcher };
  return credentials.type === "ak-sk"
    ? createAccessKeyCredentials({ ...where, key: credentials, region, needsProject })
    : createTokenCredentials({ ...where, login: credentials });
}
