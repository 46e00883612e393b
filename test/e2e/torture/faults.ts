import type { LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";
import type { SpeechService } from "./speech-service.ts";

type SisFault = Parameters<SpeechService["failNext"]>[0];
type DiscordFault = Parameters<LocalDiscord["failNext"]>[0];

/**
 * The passing errors of the service, the gateway and IAM as they are documented, and what a network does besides. Not among them:
 * a refused token, which `expireTokens` and `revokeTokens` bring about; played on cue it could be refused twice in a row, and that is
 * an operator's matter.
 */
const sisFaults: readonly SisFault[] = [
  ...["SIS.0001", "SIS.0033", "SIS.0100", "SIS.0302", "SIS.0303", "SIS.0305", "SIS.0306", "SIS.0307"].map(
    (code): SisFault => ({ kind: "code", code }),
  ),
  ...["SIS.0312", "SIS.0605", "APIG.0608", "APIG.0610", "APIG.0613"].map((code): SisFault => ({
    kind: "code",
    code,
  })),
  { kind: "code", code: "APIG.0308", times: 4 },
  { kind: "code", code: "APIG.0308", retryAfterSeconds: 1 },
  { kind: "code", code: "APIG.0201", httpStatus: 504 },
  { kind: "status", httpStatus: 500, times: 2 },
  { kind: "status", httpStatus: 503, retryAfterSeconds: 1 },
  { kind: "html" },
  { kind: "hang" },
  { kind: "reset", times: 2 },
  { kind: "malformed" },
  { kind: "empty" },
  { kind: "truncated" },
  { kind: "huge", bytes: 8 * 2 ** 20 },
  { kind: "answer", body: { trace_id: "1", result: {} } },
  { kind: "slow", delayMs: 1500 },
  { kind: "drip", everyMs: 100 },
  { kind: "status", httpStatus: 500, endpoint: "tokens" },
  { kind: "code", code: "IAM.0012", endpoint: "tokens" },
  { kind: "reset", endpoint: "tokens" },
  { kind: "hang", endpoint: "tokens" },
  { kind: "malformed", endpoint: "tokens" },
];

const answers = "/channels/*/messages";
const answerEdits = "/channels/*/messages/*";

/** What Discord and its CDN do in bad hours; with `afterwards` the deed is done and only its answer lost. */
const discordFaults: readonly DiscordFault[] = [
  { kind: "status", status: 500, times: 2 },
  { kind: "status", status: 503, method: "POST", path: answers, times: 5 },
  { kind: "status", status: 502, method: "POST", path: answers, afterwards: true },
  { kind: "status", status: 500, method: "POST", path: "/channels/*/messages/*/threads", afterwards: true },
  { kind: "reset", method: "POST", path: answers, afterwards: true },
  { kind: "reset", method: "POST", path: answers, afterwards: true, times: 2 },
  { kind: "reset", method: "POST", path: "/channels/*/messages/*/threads", afterwards: true },
  { kind: "reset", method: "PATCH", path: answerEdits, afterwards: true },
  { kind: "reset" },
  { kind: "malformed", method: "POST", path: answers, afterwards: true },
  { kind: "hang", method: "POST", path: answers, afterwards: true },
  { kind: "hang", method: "PATCH", path: answerEdits },
  { kind: "delay", delayMs: 2000, method: "POST", path: answers },
  { kind: "delay", delayMs: 2000, method: "PATCH", path: answerEdits },
  { kind: "rate-limit", retryAfterMs: 1500, method: "POST", path: answers, times: 2 },
  { kind: "rate-limit", retryAfterMs: 700, scope: "global" },
  { kind: "rate-limit", retryAfterMs: 1000, scope: "shared", method: "POST" },
  { kind: "status", status: 503, method: "GET", path: answers, times: 4 },
  { kind: "status", status: 500, method: "GET", path: "/attachments/*" },
  { kind: "reset", method: "GET", path: "/attachments/*", times: 2 },
  { kind: "truncate", afterBytes: 1000, method: "GET", path: "/attachments/*" },
  { kind: "status", status: 404, method: "GET", path: "/attachments/*" },
];

export interface Storm {
  readonly discord: LocalDiscord;
  readonly sis: SpeechService;
  readonly random: () => number;
}

/** What went wrong, by kind. */
export type Misfortunes = Map<string, number>;

/** Lets one thing go wrong, chosen by the storm's own chance. */
export function strike({ discord, sis, random }: Storm, struck: Misfortunes): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const count = (name: string): void => void struck.set(name, (struck.get(name) ?? 0) + 1);
  const chance = random();
  if (chance < 0.45) {
    const fault = pick(sisFaults);
    sis.failNext(fault);
    // Nobody logs in while the token is good: the fault would lie in wait with others that come after it.
    if (fault.endpoint === "tokens") sis.expireTokens();
    count("speech service");
  } else if (chance < 0.75) {
    discord.failNext(pick(discordFaults));
    count("Discord's REST and CDN");
  } else if (chance < 0.8) {
    if (random() < 0.5) sis.expireTokens();
    else sis.revokeTokens();
    count("tokens ended");
  } else {
    const resumable = random() < 0.5;
    const how = pick(["close", "reconnect", "invalidate"] as const);
    discord.gateway.drop(how === "close" ? { how, code: 4000, resumable } : { how, resumable });
    count(resumable ? "gateway dropped, to be resumed" : "gateway dropped for good");
  }
}
