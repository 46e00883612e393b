import { randomBytes } from "node:crypto";

import { RESTJSONErrorCodes } from "discord.js";

import type { Store } from "../../store/store.ts";
import type { CaptionFeed, CaptionFeedSource } from "../../transcription/caption-feed.ts";
import { mayJoin, maySee } from "./audience.ts";
import type { DiscordApi } from "../discord/discord-api.ts";
import type { GuildFacts } from "../discord/guild-facts.ts";
import type { BotLog } from "../log.ts";
import { errorCodes, isNoAccess, isPlaceGone, refusalCode } from "../discord/refusals.ts";

/** Who reads along, and what. */
export interface CaptionReader {
  readonly memberId: string;
  /** Whose words these are to read; undefined where that is the member alone. */
  readonly audience: Audience | undefined;
  /** The message whose words these are: with it they go. */
  readonly messageId?: string;
  readonly source: CaptionFeedSource;
}

/** Who may join a voice channel, or see a channel. */
export type Audience =
  | { readonly guildId: string; readonly voiceChannelId: string }
  | { readonly guildId: string; readonly channelId: string };

/** Private links to captions and transcripts. They live in memory, as do the words they lead to: with the process both are gone. */
export interface CaptionLinks {
  /** The unguessable end of the reader's link; the same one while it is good. */
  make(reader: CaptionReader): string;
  /** What a link leads to: undefined once it has run out, or its member may no longer join the voice channel. */
  open(token: string): Promise<CaptionFeed | undefined>;
  /** Takes somebody's words out of everything that links lead to, sessions that are over included. */
  forget(memberId: string): void;
  /** Ends the links to words of messages that were deleted. */
  deleted(messageIds: readonly string[]): void;
}

export interface CaptionLinksOptions {
  readonly api: Pick<DiscordApi, "member">;
  readonly facts: () => GuildFacts;
  /** What the store says of speakers: they may have opted out in another process. */
  readonly choices: Store["consent"]["choices"];
  readonly log: BotLog;
  /** Monotonic, in ms. */
  readonly now?: () => number;
}

/** How long a link works. */
export const linkHours = 12;
const lifeMs = linkHours * 3_600_000;
/** What a member may do, and who opted out, is asked again after so long. */
const checkedMs = 30_000;
/** With more the oldest go: links, and lines that are kept for them (50 MB). */
const [mostLinks, mostLines] = [500, 100_000];

interface Link extends CaptionReader {
  readonly madeAtMs: number;
  checkedAtMs: number;
  check: Promise<boolean> | undefined;
}

export function createCaptionLinks(options: CaptionLinksOptions): CaptionLinks {
  const { api, facts, log, now = () => performance.now() } = options;
  const links = new Map<string, Link>();

  const linesKept = (): number =>
    [...new Set([...links.values()].map(({ source }) => source))].reduce(
      (sum, { feed }) => sum + feed.size,
      0,
    );
  const sweep = (): void => {
    for (const [token, { madeAtMs }] of links) if (now() - madeAtMs > lifeMs) links.delete(token);
    for (const token of links.keys()) {
      if (links.size < mostLinks && linesKept() <= mostLines) break;
      links.delete(token);
    }
  };

  const mayRead = async ({ memberId, audience }: CaptionReader): Promise<boolean> => {
    if (!audience) return true;
    const { guildId } = audience;
    const isVoice = "voiceChannelId" in audience;
    try {
      const { roleIds } = await api.member(guildId, memberId);
      if (facts().ownerOf(guildId) === memberId) return true;
      const channelId = isVoice ? audience.voiceChannelId : audience.channelId;
      const [roles, access] = [facts().roles(guildId), facts().access(channelId)];
      const holds = isVoice ? mayJoin : maySee;
      return roles !== undefined && access !== undefined && holds(roles, access, { roleIds, memberId });
    } catch (error) {
      log.info(errorCodes(error), "a reader of captions could not be looked up");
      if (isNoAccess(error) || isPlaceGone(error)) return false;
      // What Discord cannot say just now is as it was when the link was made.
      return refusalCode(error) !== RESTJSONErrorCodes.UnknownMember;
    }
  };

  const isGood = async (reader: CaptionReader): Promise<boolean> => {
    if (!(await mayRead(reader))) return false;
    const { source } = reader;
    const speakers = [...new Set(source.feed.captions.map(({ speakerId }) => speakerId))];
    try {
      for (const [speakerId, choice] of await options.choices(speakers))
        if (choice === "out") source.forget(speakerId);
    } catch (error) {
      log.warn(errorCodes(error), "who opted out could not be looked up");
    }
    return true;
  };

  return {
    make(reader) {
      sweep();
      const known = [...links].find(
        ([, link]) => link.source === reader.source && link.memberId === reader.memberId,
      );
      if (known) return known[0];
      const token = randomBytes(32).toString("base64url");
      links.set(token, { ...reader, madeAtMs: now(), checkedAtMs: -Infinity, check: undefined });
      return token;
    },
    forget(memberId) {
      for (const source of new Set([...links.values()].map((link) => link.source))) source.forget(memberId);
    },
    deleted(messageIds) {
      for (const [token, { messageId }] of links)
        if (messageId !== undefined && messageIds.includes(messageId)) links.delete(token);
    },
    async open(token) {
      const link = links.get(token);
      if (!link) return undefined;
      if (now() - link.madeAtMs > lifeMs) {
        links.delete(token);
        return undefined;
      }
      if (!link.check || now() - link.checkedAtMs > checkedMs) {
        link.checkedAtMs = now();
        link.check = isGood(link);
      }
      return (await link.check) ? link.source.feed : undefined;
    },
  };
}
