import { localeFor, type Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { BotLog } from "../log.ts";
import type { CaptionRequest } from "./caption-request.ts";
import type { VoicePeople } from "../voice/voice-people.ts";

/** A server's wish to be captioned without anybody asking. */
export interface AutoWish {
  readonly voiceChannelId: string;
  /** How many people it takes. */
  readonly people: number;
  readonly whereId: string;
  readonly whereType: number | null;
  readonly locale: string;
}

/** Starts captions when enough people are in a chosen voice channel: once each time that their number is reached. */
export interface CaptionAuto {
  /** Undefined switches it off. */
  set(guildId: string, wish: AutoWish | undefined): Promise<void>;
  /** Does nothing before `begin`. Never rejects. */
  peopleChanged(guildId: string): Promise<void>;
  /** Channels are known now: looks at all in which people are present already. Never rejects. */
  begin(): Promise<void>;
}

export interface CaptionAutoOptions {
  readonly marks: Store["marks"];
  readonly people: VoicePeople;
  readonly words: Words;
  readonly log: BotLog;
  readonly start: (request: CaptionRequest) => Promise<unknown>;
}

export function createCaptionAuto({ marks, people, words, log, start }: CaptionAutoOptions): CaptionAuto {
  const wishes = new Map<string, AutoWish | undefined>();
  /** Servers whose channel has had enough people since captions were begun: who stops them does not want them again. */
  const begun = new Set<string>();

  const wishOf = async (guildId: string): Promise<AutoWish | undefined> => {
    if (!wishes.has(guildId)) wishes.set(guildId, readWish(await marks.get(keyFor(guildId))));
    return wishes.get(guildId);
  };

  let hasBegun = false;
  const look = async (guildId: string): Promise<void> => {
    const wish = hasBegun ? await wishOf(guildId) : undefined;
    if (!wish) return;
    const present = people.humansIn(guildId, wish.voiceChannelId).length;
    if (present === 0) begun.delete(guildId);
    if (present < wish.people || begun.has(guildId)) return;
    begun.add(guildId);
    const locale = localeFor(wish.locale);
    const { voiceChannelId, whereId, whereType } = wish;
    const starterName = words.say(locale, "captionsAutoStarter");
    await start({ guildId, voiceChannelId, whereId, whereType, starterName, locale });
  };
  const peopleChanged = async (guildId: string): Promise<void> => {
    try {
      await look(guildId);
    } catch (error) {
      log.error({ guildId, ...errorCodes(error) }, "captions could not start by themselves");
    }
  };

  return {
    peopleChanged,
    async begin() {
      hasBegun = true;
      for (const guildId of people.guildIds()) await peopleChanged(guildId);
    },
    async set(guildId, wish) {
      await marks.set(keyFor(guildId), wish === undefined ? "" : JSON.stringify(wish));
      wishes.set(guildId, wish);
      begun.delete(guildId);
    },
  };
}

function keyFor(guildId: string): string {
  return `captions-auto:${guildId}`;
}

function readWish(mark: string | undefined): AutoWish | undefined {
  if (mark === undefined || mark === "") return undefined;
  const wish: unknown = JSON.parse(mark);
  return isWish(wish) ? wish : undefined;
}

function isWish(value: unknown): value is AutoWish {
  const names = ["voiceChannelId", "people", "whereId", "whereType", "locale"];
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}
