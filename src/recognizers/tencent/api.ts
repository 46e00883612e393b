import { createConnections } from "../connections.ts";
import { openResponse, type TencentResponse } from "./answers.ts";
import { sha256, signTc3, type TencentKey } from "./signatures.ts";

export interface TencentApiOptions {
  readonly key: TencentKey;
  /** As in https://asr.tencentcloudapi.com. */
  readonly endpoint: string;
  /** One request's deadline, from its first byte to the answer's last. */
  readonly timeoutSeconds: number;
}

/** A body that is ready to leave, with the hash its signature needs. */
export interface TencentBody {
  readonly bytes: Buffer;
  readonly sha256: string;
}

export interface TencentCall {
  /** As in "SentenceRecognition". */
  readonly action: string;
  readonly body: TencentBody;
  readonly signal: AbortSignal;
  readonly onSent?: (() => void) | undefined;
}

/** Tencent Cloud's API 3.0 as ASR speaks it, version 2019-06-14. */
export interface TencentApi {
  /** Resolves when a request could leave at once. Throws RecognizerError. */
  ready(signal: AbortSignal): Promise<void>;
  /** One signed request. Throws RecognizerError. */
  call(call: TencentCall): Promise<TencentResponse>;
  close(): void;
}

const contentType = "application/json";

/** Hashes a body ahead of its turn: parameters, or JSON that is written already. */
export function tencentBody(fields: Readonly<Record<string, unknown>> | string): TencentBody {
  const bytes = Buffer.from(typeof fields === "string" ? fields : JSON.stringify(fields));
  return { bytes, sha256: sha256(bytes) };
}

/** Nothing is sent before it is asked to. */
export function createTencentApi({ key, endpoint, timeoutSeconds }: TencentApiOptions): TencentApi {
  const url = new URL("/", endpoint);
  const connections = createConnections({ service: "Tencent", origin: url.origin });
  return {
    ready: (signal) => connections.ready(signal),
    async call({ action, body, signal, onSent }) {
      const timestamp = Math.floor(Date.now() / 1000);
      const about = { hostname: url.hostname, contentType, bodySha256: body.sha256, timestamp };
      const answer = await connections.exchange({
        method: "POST",
        url,
        headers: {
          "Content-Type": contentType,
          "X-TC-Action": action,
          "X-TC-Version": "2019-06-14",
          "X-TC-Timestamp": String(timestamp),
          // Error messages come in the language asked for.
          "X-TC-Language": "en-US",
          Authorization: signTc3(about, key),
        },
        body: body.bytes,
        signal,
        timeoutMs: timeoutSeconds * 1000,
        onSent,
      });
      return openResponse(answer);
    },
    close: () => connections.close(),
  };
}
