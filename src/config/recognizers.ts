import { z } from "zod";

import type { Values } from "./values.ts";

/** Speech services that clips can be sent to. */
export type RecognizerName = (typeof recognizerNames)[number];
export const recognizerNames = ["sis", "sis-sentence", "tencent", "pocketsphinx"] as const;

const name = z.enum(recognizerNames, `must be one of ${recognizerNames.join(", ")}`);

/** The variables that choose who hears, as the whole schema takes them in. */
export const recognizerFields = { RECOGNIZER: name };

/** Every service that may be asked: each needs its credentials. */
export function recognizersInUse(values: Values): readonly string[] {
  return [values["RECOGNIZER"] ?? "sis"];
}
