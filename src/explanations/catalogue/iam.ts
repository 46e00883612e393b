import { operator, operatorAgain, vendorAgain, type Facts } from "./facts.ts";

/** Huawei IAM, where the bot logs in. Three digits are the HTTP status of an answer without a code of its own. */
export const iamCodes = {
  "IAM.400": operator,
  "IAM.401": operator,
  "IAM.503": vendorAgain,
  "IAM.0001": operator,
  "IAM.0002": operator,
  "IAM.0006": vendorAgain,
  "IAM.0011": operator,
  "IAM.0012": operatorAgain,
  "IAM.0061": operator,
  "IAM.0062": operator,
  "IAM.0066": operator,
  "IAM.0067": operator,
  "IAM.0081": operator,
  "IAM.0082": operator,
  "IAM.1105": operator,
  "IAM.1107": operator,
  "IAM.1108": operator,
  "IAM.1109": operator,
  // ours
  "IAM.NO_PROJECT": operator,
} as const satisfies Record<string, Facts>;
