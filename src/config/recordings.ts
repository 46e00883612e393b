import { z } from "zod";

import { positive } from "./fields.ts";
import type { Values } from "./values.ts";

/** Services that take whole recordings. */
export type RecordingRecognizerName = (typeof recordingRecognizerNames)[number];
export const recordingRecognizerNames = ["alibaba", "tencent"] as const;

/** Which recordings go as a whole, and where; without a service all of them go in clips. */
export interface RecordingsConfig {
  readonly recognizer: RecordingRecognizerName | undefined;
  /** Longer ones go as a whole. */
  readonly longMinutes: number;
}

/** Their variables, as the whole schema takes them in. */
export const recordingFields = {
  RECORDING_RECOGNIZER: z
    .enum(recordingRecognizerNames, `must be one of ${recordingRecognizerNames.join(", ")}`)
    .optional(),
  LONG_RECORDING_MINUTES: positive,
};

export function recordingsConfig(values: {
  readonly RECORDING_RECOGNIZER?: RecordingRecognizerName | undefined;
  readonly LONG_RECORDING_MINUTES: number;
}): RecordingsConfig {
  return { recognizer: values.RECORDING_RECOGNIZER, longMinutes: values.LONG_RECORDING_MINUTES };
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/;

/** A service that fetches recordings needs an address where it reaches this bot, by a name: it takes no IP address. */
export function checkPublicUrl(values: Values, problems: string[]): void {
  const service = values["RECORDING_RECOGNIZER"];
  const given = values["PUBLIC_URL"];
  if (given === undefined) {
    problems.push(
      `PUBLIC_URL: needed for RECORDING_RECOGNIZER=${service}, which fetches recordings from there; it must lead to HTTP_HOST and HTTP_PORT`,
    );
  } else if (service === "alibaba" && address.test(URL.parse(given)?.hostname ?? "")) {
    problems.push(`PUBLIC_URL: must have a name, as bot.example.org; ${service} takes no IP address`);
  }
}
