import { z } from "zod";

import { url } from "./fields.ts";
import type { Environment } from "./values.ts";

/** Where health, metrics and pages are served. */
export interface HttpConfig {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Whether an operator asked for just this port; the default may be somebody else's. */
  readonly isPortChosen: boolean;
  /** Where others reach it from outside, without a slash at the end; undefined where they do not. */
  readonly publicUrl: string | undefined;
}

export const httpFields = {
  PUBLIC_URL: url.optional(),
  HTTP_HOST: z.string().regex(/^[\w.:-]+$/, "must be an address or a name of this machine, without a scheme"),
  HTTP_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number, 65535 at most"),
};

export function httpConfig(
  values: {
    readonly HTTP_HOST: string;
    readonly HTTP_PORT: number;
    readonly PUBLIC_URL?: string | undefined;
  },
  env: Environment,
): HttpConfig {
  return {
    host: values.HTTP_HOST,
    port: values.HTTP_PORT,
    isPortChosen: (env["HTTP_PORT"]?.trim() ?? "") !== "",
    publicUrl: values.PUBLIC_URL,
  };
}
