import { DiscordAPIError, HTTPError, RESTJSONErrorCodes as Code } from "discord.js";

import type { Problem } from "../../explanations/problem.ts";
import { JobError } from "../../jobs/errors.ts";
import { StoreError } from "../../store/errors.ts";

/** Discord's own number for a refusal, or undefined where the error is something else (network, 5xx). */
export function refusalCode(error: unknown): number | undefined {
  return error instanceof DiscordAPIError && typeof error.code === "number" ? error.code : undefined;
}

/** Whether Discord answered with "no" (4xx), as against being out of reach or out of order. */
export function isRefusal(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && error.status >= 400 && error.status < 500;
}

/** How undici, the system and deadlines call it that nobody answers. */
const unreachable = /^(?:UND_ERR_|E[A-Z]+$)/;

/** Whether Discord, or the way to it, was out of order for as long as discord.js tried. It passes, and is no fault of the work's. */
export function isDiscordAway(error: unknown): boolean {
  if (error instanceof DiscordAPIError) return error.status >= 500;
  if (error instanceof HTTPError) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === "AbortError" || error.name === "TimeoutError") return true;
  return "code" in error && typeof error.code === "string" && unreachable.test(error.code);
}

const messageGone: ReadonlySet<number> = new Set([Code.UnknownMessage]);
const placeGone: ReadonlySet<number> = new Set([Code.UnknownChannel, Code.UnknownGuild]);
const noAccess: ReadonlySet<number> = new Set([Code.MissingAccess, Code.MissingPermissions]);
const tokenOver: ReadonlySet<number> = new Set([
  Code.InvalidWebhookToken,
  Code.UnknownWebhook,
  Code.UnknownInteraction,
]);

export function isMessageGone(error: unknown): boolean {
  return messageGone.has(refusalCode(error) ?? 0);
}

export function isPlaceGone(error: unknown): boolean {
  return placeGone.has(refusalCode(error) ?? 0);
}

export function isNoAccess(error: unknown): boolean {
  return noAccess.has(refusalCode(error) ?? 0);
}

/** An interaction's token has run out (15 minutes), or was never good. */
export function isTokenOver(error: unknown): boolean {
  return tokenOver.has(refusalCode(error) ?? 0);
}

/** A reply to a message that is no longer there: Discord calls it an invalid form. */
export function isReferenceGone(error: unknown): boolean {
  return (
    refusalCode(error) === Code.InvalidFormBodyOrContentType &&
    error instanceof DiscordAPIError &&
    "errors" in error.rawError &&
    Object.hasOwn(Object(error.rawError.errors), "message_reference")
  );
}

/** For log lines: what Discord said, without any content. */
export function errorCodes(error: unknown): { readonly code: string; readonly status?: number } {
  if (error instanceof DiscordAPIError) return { code: `DISCORD.${error.code}`, status: error.status };
  if (error instanceof Error) {
    const code = "reason" in error ? error.reason : "code" in error ? error.code : undefined;
    return typeof code === "string" || typeof code === "number"
      ? { code: String(code) }
      : { code: error.constructor.name };
  }
  return { code: "unknown" };
}

/**
 * What a member is told when a command fails or a work item is given up: that we were cut off again and again, or that nothing could
 * be kept, or that we do not know better.
 */
export function lastProblem(error: unknown): Problem {
  if (error instanceof StoreError) return { reason: error.code === "disk-full" ? "disk-full" : "storage" };
  return { reason: error instanceof JobError && error.code === "process-died" ? "interrupted" : "internal" };
}

/** Discord's "no" as a value: undefined. */
export async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
