import type { Config } from "../../config.ts";
import { RecognizerError } from "../../recognizers/errors.ts";
import { openRecordingRecognizer } from "../../speech/long-recordings.ts";
import { TranscriptionError } from "../../transcription/errors.ts";
import { translateError } from "../../transcription/translate-error.ts";
import { WebError } from "../../web/errors.ts";
import { createHealthRoutes } from "../../web/health.ts";
import { startWebServer, type WebServer } from "../../web/server.ts";
import { explainError } from "../explain-error.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

const patienceMs = 30_000;

/** The service for whole recordings, where there is one: whether it lets us in, and whether PUBLIC_URL leads here. */
export async function checkRecordings(config: Config, signal: AbortSignal): Promise<readonly Finding[]> {
  if (config.recordings.recognizer === undefined) return [];
  const whole = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  return [await checkService(config, whole), await checkPublicUrl(config, whole)];
}

/** Asks after a task that is none: whoever is let in is told so. Nothing is handed in, and nothing is paid. */
async function checkService(config: Config, signal: AbortSignal): Promise<Finding> {
  const about = `Recording recognizer ${config.recordings.recognizer}`;
  const recognizer = openRecordingRecognizer(config);
  if (!recognizer) return broken(about, "its account is missing", "set it in .env, or run earshot init");
  try {
    await recognizer.ask("0", { signal });
    return ok(about, `${recognizer.host} lets us in`);
  } catch (error) {
    const knows = error instanceof RecognizerError && error.kind === "rejected";
    if (knows) return ok(about, `${recognizer.host} lets us in`);
    const known = translateError(error);
    if (!(known instanceof TranscriptionError)) throw known;
    const { said, advice, subtext } = explainError(known);
    return broken(about, `${said}${subtext === "" ? "" : ` (${subtext})`}`, advice);
  } finally {
    await recognizer.close();
  }
}

/** As far as it can be seen from here: a router may lead visitors from outside another way. */
async function checkPublicUrl({ http }: Config, signal: AbortSignal): Promise<Finding> {
  const about = "PUBLIC_URL";
  const server = await serveUnlessTaken(http);
  try {
    const answer = await fetch(`${http.publicUrl}/healthz`, { signal, redirect: "manual" });
    const isHere = answer.status === 200 && (await answer.text()).includes('"alive"');
    return isHere
      ? ok(about, "leads here, seen from this machine")
      : warning(about, `somebody else answers there (${answer.status})`, leadHere);
  } catch {
    return warning(about, "nobody answers there, seen from this machine", leadHere);
  } finally {
    await server?.close();
  }
}

const leadHere = "let it lead to HTTP_HOST and HTTP_PORT: the service fetches recordings there";

/** Where the port is taken, it is the bot's or another line tells. */
async function serveUnlessTaken(http: Config["http"]): Promise<WebServer | undefined> {
  try {
    return await startWebServer({ ...http, routes: [createHealthRoutes()], onError: () => undefined });
  } catch (error) {
    if (error instanceof WebError) return undefined;
    throw error;
  }
}
