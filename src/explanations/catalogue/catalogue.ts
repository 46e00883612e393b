import type { Problem } from "../problem.ts";
import { connectionCodes } from "./connection.ts";
import { earshotCodes, unknownCodes } from "./earshot.ts";
import type { Facts } from "./facts.ts";
import { gatewayCodes } from "./huawei-gateway.ts";
import { iamCodes } from "./iam.ts";
import { reasons, type ReasonFacts } from "./reasons.ts";
import { sisCodes, sisFurtherCodes } from "./sis.ts";

/** Every code of a service that has sentences of its own. */
export const serviceCodes = {
  ...sisCodes,
  ...sisFurtherCodes,
  ...gatewayCodes,
  ...iamCodes,
  ...connectionCodes,
  ...earshotCodes,
  ...unknownCodes,
} as const;

export type CatalogueCode = keyof typeof serviceCodes;

/** Where a problem's sentences stand, and what is known about it besides. */
export interface Entry {
  readonly key: CatalogueCode | Problem["reason"];
  readonly facts: Facts & Pick<ReasonFacts, "detail">;
}

/**
 * Finds the sentences of a problem: its code's own, else those of its HTTP status, else those of its reason. Only what
 * a speech service said is looked up by code: the same "HTTP.404" means something else for a download.
 */
export function entryFor(problem: Problem): Entry {
  const code = problem.code ?? (problem.httpStatus === undefined ? undefined : `HTTP.${problem.httpStatus}`);
  if (!problem.reason.startsWith("service-") || code === undefined) return entryOfReason(problem.reason);
  const key = catalogued(code, problem.httpStatus) ?? categoryOf(code, problem.httpStatus);
  return key === undefined ? entryOfReason(problem.reason) : { key, facts: serviceCodes[key] };
}

function entryOfReason(reason: Problem["reason"]): Entry {
  return { key: reason, facts: reasons[reason] };
}

function catalogued(code: string, httpStatus: number | undefined): CatalogueCode | undefined {
  const name = code.replace(/^APIGW\./, "APIG.").replace(/^NETWORK\.UND_ERR_/, "NETWORK.");
  return [`${name}:${httpStatus}`, name].find(isCatalogued);
}

function isCatalogued(code: string): code is CatalogueCode {
  return Object.hasOwn(serviceCodes, code);
}

function categoryOf(code: string, httpStatus: number | undefined): CatalogueCode | undefined {
  if (/^NETWORK\..*(?:CERT|TLS|SSL|UNABLE_TO)/.test(code)) return "unknown:certificate";
  if (code.startsWith("NETWORK.")) return "unknown:network";
  const status = httpStatus ?? Number(/^HTTP\.(\d{3})$/.exec(code)?.[1]);
  if (status === 401 || status === 403) return "unknown:access";
  if (status === 429) return "unknown:busy";
  if (status >= 400 && status < 500) return "unknown:4xx";
  return status >= 500 && status < 600 ? "unknown:5xx" : undefined;
}
