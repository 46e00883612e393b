import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  type ChatInputCommandInteraction,
  MessageFlags,
} from "discord.js";

import type { ChatCommand, CommandBot } from "../src/bot/command.ts";
import { languageChoices } from "../src/bot/settings/spoken-languages.ts";
import { localeFor } from "../src/explanations/words.ts";
import { inServers, named } from "./definition.ts";

const channel: APIApplicationCommandBasicOption = {
  ...named("captions channel"),
  type: ApplicationCommandOptionType.Channel,
  channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
};
const where: APIApplicationCommandBasicOption = {
  ...named("captions where"),
  type: ApplicationCommandOptionType.Channel,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildStageVoice,
    ChannelType.PublicThread,
    ChannelType.PrivateThread,
    ChannelType.AnnouncementThread,
  ],
};
const language: APIApplicationCommandBasicOption = {
  ...named("captions language"),
  type: ApplicationCommandOptionType.String,
  autocomplete: true,
};
const people: APIApplicationCommandBasicOption = {
  ...named("captions people"),
  type: ApplicationCommandOptionType.Integer,
  required: true,
  min_value: 0,
  max_value: 99,
};

type Subcommand = "start" | "stop" | "pause" | "status" | "link" | "test" | "auto";

function subcommand(
  name: Subcommand,
  options: readonly APIApplicationCommandBasicOption[] = [],
): { readonly type: ApplicationCommandOptionType.Subcommand } & ReturnType<typeof named> & {
    options: APIApplicationCommandBasicOption[];
  } {
  return {
    ...named(`captions ${name}`),
    type: ApplicationCommandOptionType.Subcommand,
    options: [...options],
  };
}

/** `/captions`: live captions of a voice channel. */
export const captions: ChatCommand = {
  type: "chat",
  definition: {
    ...named("captions"),
    ...inServers,
    type: ApplicationCommandType.ChatInput,
    options: [
      subcommand("start", [channel, where, language]),
      subcommand("stop"),
      subcommand("pause"),
      subcommand("status"),
      subcommand("link"),
      subcommand("test"),
      subcommand("auto", [people, channel, where]),
    ],
  },
  suggest: (interaction, bot) =>
    languageChoices(bot.captionLanguages, interaction.options.getFocused(), localeFor(interaction.locale)),
  async execute(interaction, bot) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const content = await run(interaction, bot);
    await interaction.editReply({ content, allowedMentions: { parse: [] } });
  },
};

async function run(interaction: ChatInputCommandInteraction, bot: CommandBot): Promise<string> {
  const { options } = interaction;
  const place = options.getChannel("where");
  const choice = {
    channelId: options.getChannel("channel")?.id,
    where: place === null ? undefined : { id: place.id, type: place.type },
  };
  switch (options.getSubcommand()) {
    case "start":
      return await bot.captions.start(interaction, {
        ...choice,
        language: options.getString("language") ?? undefined,
      });
    case "stop":
      return await bot.captions.stop(interaction);
    case "pause":
      return await bot.captions.pause(interaction);
    case "test":
      return await bot.captions.test(interaction, (content) => interaction.editReply({ content }));
    case "link":
      return await bot.captions.link(interaction);
    case "auto":
      return await bot.captions.auto(interaction, {
        ...choice,
        people: options.getInteger("people", true),
      });
    default:
      return await bot.captions.status(interaction);
  }
}
