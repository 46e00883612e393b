import { Agent } from "undici";

import { durationMs, type Clip } from "../../audio/pcm.ts";
import { RecognizerError } from "../errors.ts";
import type {
  Recognition,
  RecognizeOptions,
  Recognizer,
  RecognizerService,
  RecognizerSettings,
} from "../recognizer.ts";
import { createAccessKeyCredentials } from "./access-key.ts";
import { createConnections, type Connections } from "./connections.ts";
import type { Credentials } from "./credentials.ts";
import { refusesIdentity } from "./error-codes.ts";
import { MAX_ANSWER_BYTES, MAX_HEADER_BYTES } from "../http.ts";
import { createTokenCredentials, type PasswordLogin } from "./iam.ts";
import { languagesOf, propertyFor } from "./properties.ts";
import { sha256, type AccessKey } from "./sdk-hmac.ts";
import {
  identityOf,
  maxClipMs,
  readAnswer,
  requestBody,
  sampleRateOf,
  type SisSettings,
} from "./sis-messages.ts";

/** Who asks: an access key that signs every request, or an IAM user who logs in for a token. */
export type SisCredentials =
  | ({ readonly type: "ak-sk" } & AccessKey)
  | ({ readonly type: "password" } & PasswordLogin);

export interface SisOptions extends SisSettings {
  /** As in ap-southeast-3: the name of the project that is looked up for an access key. */
  readonly region: string;
  /** As in https://sis-ext.ap-southeast-3.myhuaweicloud.com. */
  readonly endpoint: string;
  /** As in https://iam.ap-southeast-3.myhuaweicloud.com. */
  readonly iamEndpoint: string;
  readonly credentials: SisCredentials;
  /** Asked of IAM when it is not given. */
  readonly projectId?: string | undefined;
  readonly maxClipSeconds: number;
  readonly maxBase64Bytes: number;
  /** One request's deadline, from its first byte to the answer's last. */
  readonly timeoutSeconds: number;
  /** How long a refused login or signature is remembered before it is tried again, in ms. */
  readonly refusalMs?: number | undefined;
  /** How many requests may be under way at once. */
  readonly maxOpen?: number | undefined;
}

/** Huawei's short-sentence recognition with its standing settings; `recognizerFor` gives others over the same connections and token. */
export interface Sis extends Recognizer, RecognizerService {}

/** A client of `POST /v1/{project_id}/asr/short-audio` (SIS 5.1). Nothing is sent before the first call. */
export function createSis(options: SisOptions): Sis {
  const iam = new Agent({
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const credentials = createCredentials(options, iam);
  const { origin } = new URL(options.endpoint);
  const connections = createConnections({ service: "SIS", origin, maxOpen: options.maxOpen });
  const recognizerFor = (settings: RecognizerSettings): Recognizer =>
    shortAudio({ ...options, ...overridden(options, settings) }, credentials, connections);

  return {
    ...recognizerFor({}),
    languages: languagesOf(options),
    recognizerFor,
    async close() {
      credentials.close();
      connections.close();
      await iam.destroy();
    },
  };
}

/** The standing settings, but for those that are given. */
function overridden(standing: SisOptions, settings: RecognizerSettings): SisSettings {
  const { language, vocabularyId, addPunc, digitNorm } = settings;
  const property = language === undefined ? standing.property : propertyFor(language, standing);
  return {
    property: settings.property ?? property,
    addPunc: addPunc ?? standing.addPunc,
    digitNorm: digitNorm ?? standing.digitNorm,
    vocabularyId: vocabularyId ?? standing.vocabularyId,
    needWordInfo: standing.needWordInfo,
  };
}

function createCredentials(options: SisOptions, dispatcher: Agent): Credentials {
  const { credentials, region, iamEndpoint, projectId, refusalMs } = options;
  const where = { iamEndpoint, projectId, refusalMs, dispatcher };
  return credentials.type === "ak-sk"
    ? createAccessKeyCredentials({ ...where, key: credentials, region })
    : createTokenCredentials({ ...where, login: credentials });
}

/** What takes long enough to be done before a slot is taken. */
interface PreparedBody {
  readonly body: Buffer;
  readonly bodySha256: string;
}

function shortAudio(options: SisOptions, credentials: Credentials, connections: Connections): Recognizer {
  const sampleRate = sampleRateOf(options.property);
  const longestMs = maxClipMs({ ...options, sampleRate });
  const base = options.endpoint.replace(/\/+$/, "");
  /** Bodies of clips that are about to be sent; gone when they are, because they are larger than the clips. */
  const prepared = new WeakMap<Clip, PreparedBody>();
  const prepare = (clip: Clip): PreparedBody => {
    const known = prepared.get(clip);
    if (known) return known;
    const body = requestBody(clip.samples, options);
    const fresh = { body, bodySha256: sha256(body) };
    prepared.set(clip, fresh);
    return fresh;
  };

  return {
    name: "sis",
    identity: identityOf(options),
    maxClipMs: longestMs,
    sampleRate,
    async ready(signal, clip) {
      if (clip) refuseUnfit(clip, sampleRate, longestMs);
      await credentials.pass(signal);
      await connections.ready(signal);
      if (clip) prepare(clip);
    },
    async recognize(clip: Clip, { signal, onSent }: RecognizeOptions): Promise<Recognition> {
      refuseUnfit(clip, sampleRate, longestMs);
      const pass = await credentials.pass(signal);
      const url = new URL(`${base}/v1/${encodeURIComponent(pass.projectId)}/asr/short-audio`);
      const request = { method: "POST" as const, url, ...prepare(clip) };
      prepared.delete(clip);
      const headers = pass.headers({
        ...request,
        // Error messages come in the language asked for; the default is Chinese.
        headers: { "Content-Type": "application/json", "X-Language": "en-us" },
      });
      const answer = await connections.exchange({
        ...request,
        headers,
        signal,
        timeoutMs: options.timeoutSeconds * 1000,
        onSent,
      });
      try {
        const recognition = readAnswer(answer);
        pass.accepted();
        return recognition;
      } catch (error) {
        if (!(error instanceof RecognizerError) || !refusesIdentity(error.code, error.httpStatus))
          throw error;
        throw pass.refused(error);
      }
    },
  };
}

/** A clip that cannot be taken is a fault of whoever cut it, found before it costs a request. */
function refuseUnfit(clip: Clip, sampleRate: number, longestMs: number): void {
  if (clip.sampleRate !== sampleRate)
    throw unfit("CLIP.RATE", `A clip at ${clip.sampleRate} Hz instead of ${sampleRate} Hz`);
  const clipMs = durationMs(clip.samples, clip.sampleRate);
  if (clipMs > longestMs) throw unfit("CLIP.TOO_LONG", `A clip of ${clipMs} ms, over ${longestMs} ms`);
}

function unfit(code: string, message: string): RecognizerError {
  return new RecognizerError(message, { kind: "rejected", code, retryable: false });
}
