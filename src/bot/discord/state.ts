import type { Captioning } from "../captions/captioning.ts";
import type { Gateway } from "./gateway.ts";
import type { HearingStage } from "../voice/voice-watchdog.ts";

/** How the bot is at one moment. */
export interface BotState {
  /** Whether Discord tells it what happens. */
  readonly connected: boolean;
  readonly servers: number;
  /** Voice channels that are captioned. */
  readonly sessions: number;
  /** How many of them are stuck, by the first stage that hands nothing on. */
  readonly stuck: { readonly [Stage in HearingStage]?: number };
}

export function stateOf(gateway: Pick<Gateway, "state">, captioning: Pick<Captioning, "sessions">): BotState {
  const sessions = captioning.sessions();
  const stuck: { [Stage in HearingStage]?: number } = {};
  for (const { facts } of sessions) {
    if (facts.dry !== undefined) stuck[facts.dry] = (stuck[facts.dry] ?? 0) + 1;
  }
  return { ...gateway.state(), sessions: sessions.length, stuck };
}
