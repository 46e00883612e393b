import { z } from "zod";

import { waveFile } from "../../audio/wave-file.ts";
import { RecognizerError } from "../errors.ts";
import { createPreparedBodies, refuseUnfit } from "../fitting-clip.ts";
import type { Recognition, Recognizer, RecognizerService, RecognizerSettings } from "../recognizer.ts";
import { type TencentResponse, unreadable } from "./answers.ts";
import { createTencentApi, type TencentApi, type TencentApiOptions, tencentBody } from "./api.ts";
import { engineFor, languagesOfEngines, rateOfEngine } from "./engines.ts";

export interface TencentSettings {
  /** Language and model, as in 16k_en; its rate is the rate of the audio. */
  readonly engine: string;
  readonly hotwordId?: string | undefined;
  /** Without it, the service writes punctuation and digits. */
  readonly addPunc?: "yes" | "no" | undefined;
  readonly digitNorm?: "yes" | "no" | undefined;
}

export interface TencentOptions extends TencentApiOptions, TencentSettings {}

/** Tencent's sentence recognition with its standing settings; `recognizerFor` gives others over the same connections. */
export interface Tencent extends Recognizer, RecognizerService {}

const limitMs = 60_000;
const noVoice = "TENCENT.InvalidParameterValue.NoHumanVoice";

/** A client of `SentenceRecognition`: a minute of audio at most, no score, words with their times. Nothing is sent before the first call. */
export function createTencent(options: TencentOptions): Tencent {
  const api = createTencentApi(options);
  const recognizerFor = (settings: RecognizerSettings): Recognizer =>
    sentenceRecognition(overridden(options, settings), api);
  return {
    ...recognizerFor({}),
    languages: languagesOfEngines(options.engine),
    recognizerFor,
    async close() {
      await Promise.resolve(api.close());
    },
  };
}

/** The standing settings, but for those that are given. */
function overridden(standing: TencentSettings, settings: RecognizerSettings): TencentSettings {
  const { language, property, vocabularyId, addPunc, digitNorm } = settings;
  const engine = language === undefined ? standing.engine : engineFor(language, standing.engine);
  return {
    engine: property ?? engine,
    hotwordId: vocabularyId ?? standing.hotwordId,
    addPunc: addPunc ?? standing.addPunc,
    digitNorm: digitNorm ?? standing.digitNorm,
  };
}

function sentenceRecognition(settings: TencentSettings, api: TencentApi): Recognizer {
  // 16 kHz for a minute makes 2.56 million characters of Base64: the other limit, 3 MB, is never met.
  const limits = { sampleRate: rateOfEngine(settings.engine), maxClipMs: limitMs };
  const bodies = createPreparedBodies(({ samples }) => {
    const audio = waveFile(samples, limits.sampleRate);
    return tencentBody({
      ...requestFields(settings),
      SourceType: 1,
      VoiceFormat: "wav",
      Data: audio.toString("base64"),
      DataLen: audio.length,
    });
  });
  return {
    name: "tencent",
    identity: identityOf(settings),
    ...limits,
    async ready(signal, clip) {
      if (clip) refuseUnfit(clip, limits);
      await api.ready(signal);
      if (clip) bodies.of(clip);
    },
    async recognize(clip, { signal, onSent }) {
      refuseUnfit(clip, limits);
      try {
        return readSentence(
          await api.call({ action: "SentenceRecognition", body: bodies.take(clip), signal, onSent }),
        );
      } catch (error) {
        if (!(error instanceof RecognizerError) || error.code !== noVoice) throw error;
        return { text: "", ...(error.requestId === undefined ? {} : { requestId: error.requestId }) };
      }
    },
  };
}

/** WordInfo 1 asks for words with their times; FilterPunc 2 leaves all punctuation out; ConvertNumMode 1 writes digits. */
function requestFields({ engine, hotwordId, addPunc, digitNorm }: TencentSettings): Record<string, unknown> {
  return {
    EngSerViceType: engine,
    WordInfo: 1,
    FilterPunc: addPunc === "no" ? 2 : 0,
    ConvertNumMode: digitNorm === "no" ? 0 : 1,
    ...(hotwordId === undefined ? {} : { HotwordId: hotwordId }),
  };
}

/** As in "tencent:16k_en:punc=no". */
function identityOf({ engine, hotwordId, addPunc, digitNorm }: TencentSettings): string {
  const given = { punc: addPunc, digits: digitNorm, words: hotwordId };
  const parts = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
  return ["tencent", engine, ...parts].join(":");
}

const sentenceSchema = z.object({
  Result: z.string(),
  WordList: z
    .array(z.object({ Word: z.string(), StartTime: z.number(), EndTime: z.number() }))
    .nullish()
    .catch(undefined),
});

/** An empty text means that nothing was heard. Throws RecognizerError. */
function readSentence({ fields, requestId }: TencentResponse): Recognition {
  const read = sentenceSchema.safeParse(fields).data;
  if (!read) throw unreadable(requestId);
  const words = (read.WordList ?? []).map(({ Word: text, StartTime: startMs, EndTime: endMs }) => ({
    text,
    startMs,
    endMs,
  }));
  return {
    text: read.Result.trim(),
    ...(words.length === 0 ? {} : { words }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
