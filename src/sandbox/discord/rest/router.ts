import type { Route } from "./route.ts";

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** A path's route, or why there is none. */
export type Lookup = FoundRoute | "no such path" | "no such method";

/** Finds routes by method and path; a fixed part of a path goes before a parameter. */
export interface Router {
  find(method: string, path: string): Lookup;
}

interface Compiled {
  readonly route: Route;
  readonly parts: readonly string[];
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // A malformed escape: no route has such a part.
    return undefined;
  }
}

function match({ route, parts }: Compiled, path: readonly (string | undefined)[]): FoundRoute | undefined {
  if (parts.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const given = path[index];
    if (given === undefined) return undefined;
    if (part.startsWith(":") && given !== "") params[part.slice(1)] = given;
    else if (part !== given) return undefined;
  }
  return { route, params };
}

const specificity = (parts: readonly string[]): number =>
  parts.filter((part) => !part.startsWith(":")).length;

export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes
    .map((route) => ({ route, parts: route.path.split("/") }))
    .sort((a, b) => specificity(b.parts) - specificity(a.parts));
  return {
    find: (method, path) => {
      const parts = path.split("/").map(decoded);
      const found = compiled.flatMap((one) => match(one, parts) ?? []);
      return (
        found.find(({ route }) => route.method === method) ??
        (found.length > 0 ? "no such method" : "no such path")
      );
    },
  };
}
