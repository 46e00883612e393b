import {
  ButtonStyle,
  type ChatInputCommandInteraction,
  ComponentType,
  type InteractionEditReplyOptions,
} from "discord.js";

import { localeFor, type Words } from "../../explanations/words.ts";
import type { MemberData } from "../../store/member-data.ts";
import { sweptMark } from "../../store/retention.ts";
import type { Store } from "../../store/store.ts";
import type { ComponentInteraction } from "../command.ts";
import { type PrivacyFacts, privacyOverview } from "./privacy-overview.ts";

/** What anybody may learn, take along or have deleted of what is kept of them. All answers are for them alone. */
export interface PrivacyDesk {
  show(interaction: ChatInputCommandInteraction): Promise<void>;
  /** Says what would go, and asks. */
  askToDelete(interaction: ChatInputCommandInteraction): Promise<void>;
  /** Somebody pressed the button of that question. */
  use(interaction: ComponentInteraction): Promise<void>;
  export(interaction: ChatInputCommandInteraction): Promise<void>;
}

export interface PrivacyDeskOptions {
  readonly store: Pick<Store, "settings" | "consent" | "marks" | "deleteMember" | "memberData">;
  readonly words: Words;
  readonly facts: PrivacyFacts;
  /** How often data that is too old is deleted, in ms. */
  readonly sweepEveryMs: number;
  /** Takes what somebody said out of captions that are running. */
  readonly forgetWords: (memberId: string) => Promise<void>;
}

/** What all custom ids of the privacy messages begin with. */
export const privacyPrefix = "privacy:";
const deleteId = `${privacyPrefix}delete`;

/** Discord takes at least this much without a boost; an interaction says if it is more. */
const fileLimitBytes = 8 * 1024 * 1024;

export function createPrivacyDesk(options: PrivacyDeskOptions): PrivacyDesk {
  const { store, words } = options;

  const nextSweepMs = async (): Promise<number | undefined> => {
    const swept = Number((await store.marks.get(sweptMark)) ?? Number.NaN);
    return Number.isNaN(swept) ? undefined : swept + options.sweepEveryMs;
  };

  return {
    async show(interaction) {
      const { guildId, user } = interaction;
      const content = privacyOverview(words, localeFor(interaction.locale), options.facts, {
        ownDays: guildId === null ? null : (await store.settings.get(guildId, null)).retentionDays,
        isServer: guildId !== null,
        choice: await store.consent.choice(user.id),
        nextSweepMs: await nextSweepMs(),
      });
      await interaction.editReply({ content, allowedMentions: { parse: [] } });
    },
    async askToDelete(interaction) {
      const locale = localeFor(interaction.locale);
      const label = words.say(locale, "privacyDeleteButton");
      const message: InteractionEditReplyOptions = {
        content: words.say(locale, "privacyDeleteAsk"),
        components: [
          {
            type: ComponentType.ActionRow,
            components: [
              { type: ComponentType.Button, style: ButtonStyle.Danger, label, customId: deleteId },
            ],
          },
        ],
      };
      await interaction.editReply(message);
    },
    async use(interaction) {
      if (interaction.customId !== deleteId || !interaction.isButton()) return;
      await interaction.deferUpdate();
      const { id } = interaction.user;
      await options.forgetWords(id);
      const { transcripts, answers } = await store.deleteMember(id);
      const content = words.say(localeFor(interaction.locale), "privacyDeleted", { transcripts, answers });
      await interaction.editReply({ content, components: [] });
    },
    async export(interaction) {
      const locale = localeFor(interaction.locale);
      const data = await store.memberData(interaction.user.id);
      const limit = fileLimitOf(interaction);
      const { bytes, kept } = fitted(interaction.user.id, data, limit - 1024);
      const total = data.transcripts.length;
      await interaction.editReply({
        content:
          kept === total
            ? words.say(locale, "privacyExported")
            : words.say(locale, "privacyExportedPart", { done: kept, total }),
        files: [{ name: "earshot-data.json", attachment: bytes }],
      });
    },
  };
}

/** A proxy in Discord's place may leave out what discord.js takes for granted. */
function fileLimitOf({ attachmentSizeLimit }: { readonly attachmentSizeLimit?: number }): number {
  return Math.max(fileLimitBytes, attachmentSizeLimit ?? 0);
}

/** As many transcripts as one file may hold, the newest. */
function fitted(
  memberId: string,
  data: MemberData,
  limitBytes: number,
): { readonly bytes: Buffer; readonly kept: number } {
  for (let kept = data.transcripts.length; ; kept = Math.floor(kept / 2)) {
    const bytes = Buffer.from(exportOf(memberId, { ...data, transcripts: data.transcripts.slice(0, kept) }));
    if (bytes.length <= limitBytes || kept === 0) return { bytes, kept };
  }
}

function exportOf(memberId: string, { choice, transcripts, ...rest }: MemberData): string {
  const whole = {
    exportedAt: new Date().toISOString(),
    memberId,
    choice: choice ?? null,
    transcripts: transcripts.map(({ key, createdAtMs, details, ...place }) => ({
      id: key,
      at: new Date(createdAtMs).toISOString(),
      ...place,
      details: JSON.parse(details) as unknown,
    })),
    ...rest,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
