import { createPreparedBodies, refuseUnfit } from "../fitting-clip.ts";
import type { Recognizer, RecognizerService, RecognizerSettings } from "../recognizer.ts";
import { languagesOf, propertyFor } from "./properties.ts";
import { createSisAccess, preparedBody, type SisAccess, type SisAccessOptions } from "./sis-access.ts";
import {
  identityOf,
  maxClipMs,
  readAnswer,
  requestBody,
  sampleRateOf,
  type SisSettings,
} from "./sis-messages.ts";

export type { SisCredentials } from "./sis-access.ts";

export interface SisOptions extends SisAccessOptions, SisSettings {
  readonly maxClipSeconds: number;
  readonly maxBase64Bytes: number;
}

/** Huawei's short-sentence recognition with its standing settings; `recognizerFor` gives others over the same connections and token. */
export interface Sis extends Recognizer, RecognizerService {}

/** A client of `POST /v1/{project_id}/asr/short-audio` (SIS 5.1). Nothing is sent before the first call. */
export function createSis(options: SisOptions): Sis {
  const access = createSisAccess(options);
  const recognizerFor = (settings: RecognizerSettings): Recognizer =>
    shortAudio({ ...options, ...overridden(options, settings) }, access);
  return {
    ...recognizerFor({}),
    languages: languagesOf(options),
    recognizerFor,
    close: () => access.close(),
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

function shortAudio(options: SisOptions, access: SisAccess): Recognizer {
  const sampleRate = sampleRateOf(options.property);
  const limits = { sampleRate, maxClipMs: maxClipMs({ ...options, sampleRate }) };
  const bodies = createPreparedBodies(({ samples }) => preparedBody(requestBody(samples, options)));
  return {
    name: "sis",
    identity: identityOf(options),
    ...limits,
    async ready(signal, clip) {
      if (clip) refuseUnfit(clip, limits);
      await access.ready(signal);
      if (clip) bodies.of(clip);
    },
    async recognize(clip, { signal, onSent }) {
      refuseUnfit(clip, limits);
      return access.post({
        path: (projectId) => `/v1/${encodeURIComponent(projectId)}/asr/short-audio`,
        body: bodies.take(clip),
        read: readAnswer,
        signal,
        onSent,
      });
    },
  };
}
