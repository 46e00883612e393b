import { operator, operatorAgain, vendor, vendorAgain, type Facts } from "./facts.ts";

/** For codes that are not in the catalogue, by what their HTTP status (or ours) tells. */
export const unknownCodes = {
  "unknown:access": operator,
  "unknown:busy": operatorAgain,
  "unknown:4xx": vendor,
  "unknown:5xx": vendorAgain,
  "unknown:network": vendorAgain,
} as const satisfies Record<string, Facts>;
