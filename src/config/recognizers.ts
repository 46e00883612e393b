import { z } from "zod";

import type { Values } from "./values.ts";

/** Speech services that clips can be sent to. */
export type RecognizerName = (typeof recognizerNames)[number];
export const recognizerNames = ["sis", "sis-sentence", "tencent", "pocketsphinx"] as const;

const choices = `must be one of ${recognizerNames.join(", ")}`;
const name = z.enum(recognizerNames, choices);

/** Names between commas. */
const list = z
  .string()
  .optional()
  .transform((text) => namesIn(text))
  .pipe(z.array(z.enum(recognizerNames, `each ${choices}`)));

/** The variables that choose who hears, as the whole schema takes them in. */
export const recognizerFields = {
  RECOGNIZER: name,
  CAPTION_RECOGNIZER: name.optional(),
  RECOGNIZER_FALLBACK: list,
};

const recognizerValues = z.object(recognizerFields);

/** Who hears what. */
export interface RecognizersConfig {
  readonly recognizer: RecognizerName;
  readonly captionRecognizer: RecognizerName;
  /** Who is asked where these cannot be reached, in this order. */
  readonly fallback: readonly RecognizerName[];
}

/** The chosen ones, out of parsed values. */
export function recognizersConfig(values: z.infer<typeof recognizerValues>): RecognizersConfig {
  const { RECOGNIZER: recognizer, CAPTION_RECOGNIZER, RECOGNIZER_FALLBACK: fallback } = values;
  return { recognizer, captionRecognizer: CAPTION_RECOGNIZER ?? recognizer, fallback };
}

/** Every service that may be asked: each needs its credentials. */
export function recognizersInUse(values: Values): readonly string[] {
  const recognizer = values["RECOGNIZER"] ?? "sis";
  return [recognizer, values["CAPTION_RECOGNIZER"] ?? recognizer, ...namesIn(values["RECOGNIZER_FALLBACK"])];
}

function namesIn(text = ""): readonly string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
