import { Hono } from "hono";

/** `GET /healthz`: 200 as long as this process answers at all; whoever asks may kill one that does not. */
export function createHealthRoutes(): Hono {
  const routes = new Hono();
  routes.get("/healthz", (context) => context.json({ status: "alive" }));
  return routes;
}
