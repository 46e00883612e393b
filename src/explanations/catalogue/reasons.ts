import type { Reason } from "../problem.ts";
import { member, memberAgain, operator, operatorAgain, vendorAgain, type Facts } from "./facts.ts";

export interface ReasonFacts extends Facts {
  /** The detail that the sentence can be made exact with, where the problem brings it along. */
  readonly detail?: string;
}

/** Every reason of ours. Of the service's only what holds when nothing more is known than its kind. */
export const reasons = {
  "empty-file": member,
  "not-audio": member,
  "no-audio-track": member,
  damaged: member,
  protected: member,
  "too-long": { ...member, detail: "limitMinutes" },
  "decoder-missing": operator,
  "decoder-failed": member,
  "decoder-timeout": memberAgain,
  "service-credentials": operator,
  "service-rejected": operator,
  "service-throttled": operatorAgain,
  "service-unavailable": vendorAgain,
  "service-timeout": vendorAgain,
  "service-malformed": vendorAgain,
  "too-large": { ...member, detail: "limitMegabytes" },
  "download-refused": member,
  "download-failed": vendorAgain,
  "download-gone": member,
  "download-timeout": vendorAgain,
  "no-audio": member,
  "content-hidden": operator,
  "opted-out": member,
  "member-minutes": { ...memberAgain, detail: "limitMinutes" },
  "server-minutes": { ...memberAgain, detail: "limitMinutes" },
  "no-access": member,
  "missing-permission": { ...operatorAgain, detail: "permission" },
  "disk-full": operatorAgain,
  storage: operatorAgain,
  interrupted: operatorAgain,
  internal: operatorAgain,
} as const satisfies Record<Reason, ReasonFacts>;

/** Whether this version knows a reason by this name. */
export function isReason(name: string): name is keyof typeof reasons {
  return Object.hasOwn(reasons, name);
}
