import { createMiddleware } from "hono/factory";

/**
 * What every answer carries unless its route says otherwise: nothing is loaded, framed, cached, guessed or told to other
 * sites. A page that needs more (a style sheet of its own, say) sets its own Content-Security-Policy.
 */
const strictHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Cache-Control": "no-store",
};

/** Adds the strict headers that a route has not set itself. */
export const withStrictHeaders = createMiddleware(async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(strictHeaders)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
});
