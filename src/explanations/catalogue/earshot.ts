import { member, operator, operatorAgain, vendor, vendorAgain, type Facts } from "./facts.ts";

/** Codes of Earshot itself: deadlines, lines of waiting work, clips and the embedded recognizer. */
export const earshotCodes = {
  TIMEOUT: vendorAgain,
  MALFORMED: vendorAgain,
  "QUOTA.FULL": operatorAgain,
  "QUOTA.CLOSED": operatorAgain,
  "QUEUE.FULL": operatorAgain,
  "CLIP.RATE": operator,
  "CLIP.TOO_LONG": operator,
  "LANGUAGE.UNHEARD": member,
  "RECORDING.LATE": vendor,
  "POCKETSPHINX.MISSING": operator,
  "POCKETSPHINX.CRASHED": operatorAgain,
  "POCKETSPHINX.CLOSED": operatorAgain,
  "POCKETSPHINX.DETECTOR": operator,
} as const satisfies Record<string, Facts>;

/** For codes that are not in the catalogue, by what their HTTP status (or ours) tells. */
export const unknownCodes = {
  "unknown:access": operator,
  "unknown:busy": operatorAgain,
  "unknown:4xx": vendor,
  "unknown:5xx": vendorAgain,
  "unknown:network": vendorAgain,
  "unknown:certificate": operator,
} as const satisfies Record<string, Facts>;
