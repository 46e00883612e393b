import { Hono } from "hono";

/** What one part of the bot says of itself. Figures and codes only: whoever reaches the port can read them. */
export type Check =
  | { readonly ok: true; readonly facts?: CheckFacts }
  /** `reason` says in a few plain words what is missing. */
  | { readonly ok: false; readonly reason: string; readonly facts?: CheckFacts };

export type CheckFacts = Readonly<Record<string, string | number | boolean | null>>;

/** By the part's name, as in "gateway". */
export type Checks = Readonly<Record<string, () => Promise<Check> | Check>>;

/** A part that says nothing for so long is as good as broken. */
const patienceMs = 2000;

/** `GET /readyz`: 200 where every part can do its work, else 503; JSON with each part's reason and figures. */
export function createReadyRoutes(checks: Checks, options: { readonly patienceMs?: number } = {}): Hono {
  const routes = new Hono();
  routes.get("/readyz", async (context) => {
    const named = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const { facts, ...said } = await within(check, options.patienceMs ?? patienceMs);
        return [name, { ...said, ...facts }] as const;
      }),
    );
    const ready = named.every(([, { ok }]) => ok);
    return context.json({ ready, checks: Object.fromEntries(named) }, ready ? 200 : 503);
  });
  return routes;
}

async function within(check: Checks[string], ms: number): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reason: "it does not answer" }), ms);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unexpected";
    return { ok: false, reason: "it fails", facts: { code } };
  } finally {
    clearTimeout(timer);
  }
}
