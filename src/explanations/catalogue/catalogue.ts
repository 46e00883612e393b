import type { Problem } from "../problem.ts";
import { alibabaCodes } from "./alibaba.ts";
import { connectionCodes } from "./connection.ts";
import { earshotCodes, unknownCodes } from "./earshot.ts";
import type { Facts } from "./facts.ts";
import { gatewayCodes } from "./huawei-gateway.ts";
import { iamCodes } from "./iam.ts";
import { reasons, type ReasonFacts } from "./reasons.ts";
import { sisCodes, sisFurtherCodes } from "./sis.ts";
import { tencentAccountCodes, tencentNumbers, tencentRequestCodes, tencentServiceCodes } from "./tencent.ts";

/** Every code of a service that has sentences of its own. */
export const serviceCodes = {
  ...sisCodes,
  ...sisFurtherCodes,
  ...gatewayCodes,
  ...iamCodes,
  ...alibabaCodes,
  ...tencentAccountCodes,
  ...tencentServiceCodes,
  ...tencentRequestCodes,
  ...tencentNumbers,
  ...connectionCodes,
  ...earshotCodes,
  ...unknownCodes,
} as const;

export type CatalogueCode = keyof typeof serviceCodes;

/** Where a problem's sentences stand, and what is known about it besides. */
export interface Entry {
  readonly key: CatalogueCode | Problem["reason"];
  readonly facts: Facts & Pick<ReasonFacts, "detail">;
  /** As the problem has it, or as its code "HTTP.502" says it. */
  readonly httpStatus: number | undefined;
}

/**
 * Finds the sentences of a problem: its code's own, else those of its HTTP status, else those of its reason. Only what
 * a speech service said is looked up by code: the same "HTTP.404" means something else for a download.
 */
export function entryFor(problem: Problem): Entry {
  const { reason } = problem;
  const httpStatus = statusOf(problem);
  const ofReason = { key: reason, facts: reasons[reason], httpStatus };
  if (!reason.startsWith("service-")) return ofReason;
  const code = problem.code ?? `HTTP.${httpStatus}`;
  const key = catalogued(code, httpStatus) ?? categoryOf(code, httpStatus);
  return key === undefined ? ofReason : { key, facts: serviceCodes[key], httpStatus };
}

function statusOf({ code, httpStatus }: Problem): number | undefined {
  const inCode = /^HTTP\.(\d{3})$/.exec(code ?? "")?.[1];
  return httpStatus ?? (inCode === undefined ? undefined : Number(inCode));
}

function catalogued(code: string, httpStatus: number | undefined): CatalogueCode | undefined {
  const name = code.replace(/^APIGW\./, "APIG.").replace(/^NETWORK\.UND_ERR_/, "NETWORK.");
  return [`${name}:${httpStatus}`, name, familyOf(name)].find(isCatalogued);
}

/** What is shared: Tencent's flash numbers are those of its socket, and its new codes belong to their first word. */
function familyOf(name: string): string {
  return name
    .replace(/^TENCENT\.FLASH\.(?=\d+$)/, "TENCENT.REALTIME.")
    .replace(/^(TENCENT\.[A-Za-z]+)\..*[A-Za-z]$/, "$1");
}

function isCatalogued(code: string): code is CatalogueCode {
  return Object.hasOwn(serviceCodes, code);
}

function categoryOf(code: string, httpStatus = 0): CatalogueCode | undefined {
  if (/^NETWORK\..*(?:CERT|TLS|SSL|UNABLE_TO)/.test(code)) return "unknown:certificate";
  if (code.startsWith("NETWORK.")) return "unknown:network";
  if (httpStatus === 401 || httpStatus === 403) return "unknown:access";
  if (httpStatus === 429) return "unknown:busy";
  if (httpStatus >= 400 && httpStatus < 500) return "unknown:4xx";
  return httpStatus >= 500 && httpStatus < 600 ? "unknown:5xx" : undefined;
}
