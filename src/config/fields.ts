import { z } from "zod";

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

function isUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname));
}

const urlRule = "must be an https:// address (http:// only where the host is loopback)";
/** An address of a service without its trailing slashes; `{region}` may stand in it. */
export const url = z
  .string()
  .refine((text) => isUrl(text.replace("{region}", "region")), urlRule)
  .transform((text) => text.replace(/\/+$/, ""));

/** The same of a web socket. */
export const socketUrl = z
  .string()
  .refine(
    (text) => /^wss?:/.test(text) && isUrl(text.replace(/^ws/, "http")),
    "must be a wss:// address (ws:// only where the host is loopback)",
  )
  .transform((text) => text.replace(/\/+$/, ""));

/** A list of origins between commas. */
export const origins = z.string().transform((text, context) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => {
      const parsed = URL.parse(one);
      if (!isUrl(one) || !parsed || parsed.pathname !== "/" || parsed.search !== "") {
        context.addIssue({ code: "custom", message: `each ${urlRule}, without a path` });
        return z.NEVER;
      }
      return parsed.origin;
    }),
);

/** A number above 0. */
export const positive = z.string().transform((text, context) => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  context.addIssue({ code: "custom", message: "must be a positive number" });
  return z.NEVER;
});
/** A day: the timers of Node take no more than 24 of them. */
const longestSeconds = 86_400;
/** One request's deadline. */
export const seconds = positive.refine(
  (value) => value <= longestSeconds,
  `must be ${longestSeconds} seconds at most`,
);
/** A number that is no smaller; `unit` goes into the complaint. */
export const atLeast = (least: number, unit: string): z.ZodType<number, string> =>
  positive.refine((value) => value >= least, `must be at least ${least} ${unit}`);
/** A number, 0 or more. */
export const zeroOrMore = z.string().transform((text, context) => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  context.addIssue({ code: "custom", message: "must be a number, 0 or more" });
  return z.NEVER;
});
/** yes, no or not set. */
export const yesNo = z.enum(["yes", "no"], "must be yes or no").optional();
/** A name or an id. */
export const word = z
  .string()
  .regex(/^[\w.-]+$/, "may hold letters, digits, dots, dashes and underscores only");
/** The address of a server that is not asked over HTTP; it may hold a user and a password, and is never repeated in a complaint. */
export const serverUrl = (...schemes: readonly string[]): z.ZodOptional<z.ZodString> =>
  z
    .string()
    .refine(
      (text) => schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? ""),
      `must be an address that begins with ${schemes[0] ?? ""}://`,
    )
    .optional();
