import type { HttpConfig } from "../config/http.ts";
import type { Log } from "../log.ts";
import { WebError } from "../web/errors.ts";
import { type Routes, startWebServer, type WebServer } from "../web/server.ts";

/**
 * Serves health, metrics and pages. The bot's work needs none of them: where the default port belongs to another program
 * it goes on without and says so; a port that somebody chose must be free. Throws WebError.
 */
export async function openWeb(
  config: Omit<HttpConfig, "publicUrl">,
  log: Log,
  routes: readonly Routes[],
  roomyRoutes: readonly Routes[] = [],
): Promise<WebServer | undefined> {
  try {
    const server = await startWebServer({
      ...config,
      routes,
      roomyRoutes,
      onError: (error) => log.error({ err: error, event: "web-failed" }, "a web page could not be served"),
    });
    log.info({ event: "web", address: server.url, port: server.port }, "health and pages are served");
    return server;
  } catch (error) {
    if (!(error instanceof WebError) || error.code !== "port-taken" || config.isPortChosen) throw error;
    log.warn(
      { event: "web-off", port: config.port },
      "another program has the default port: no health, metrics or pages; choose one with HTTP_PORT",
    );
    return undefined;
  }
}
