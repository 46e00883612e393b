import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type Attachment,
  type ChatInputCommandInteraction,
  MessageFlags,
} from "discord.js";

import { answerNamed } from "../src/bot/answers/answer-named.ts";
import type { ChatCommand, CommandBot, NamedRecordings } from "../src/bot/command.ts";
import { askedPrefix, fileFormats, isFileFormat } from "../src/bot/requests/asked.ts";
import { useAnswer } from "../src/bot/requests/asked-use.ts";
import { uploadedFile } from "../src/bot/discord/message.ts";
import { languageChoices } from "../src/bot/settings/spoken-languages.ts";
import { localeFor } from "../src/explanations/words.ts";
import { everywhere, named } from "./definition.ts";

/** `/transcribe file:` or `message:`, `private:`, `language:`, `format:`. */
export const transcribe: ChatCommand = {
  type: "chat",
  definition: {
    ...named("transcribe"),
    ...everywhere,
    type: ApplicationCommandType.ChatInput,
    options: [
      {
        ...named("transcribe file"),
        type: ApplicationCommandOptionType.Attachment,
        // Discord's groups leave some out (Interactions, "File Types"); whatever it is called, the bytes decide in the end.
        file_types: ["audio", "video", ".aac", ".amr", ".wma", ".3gp", ".mka", ".caf", ".aif", ".aiff"],
      },
      { ...named("transcribe message"), type: ApplicationCommandOptionType.String },
      { ...named("transcribe private"), type: ApplicationCommandOptionType.Boolean },
      {
        ...named("transcribe language"),
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
      },
      {
        ...named("transcribe format"),
        type: ApplicationCommandOptionType.String,
        choices: fileFormats.map((format) => ({ name: format.toUpperCase(), value: format })),
      },
    ],
  },
  components: { prefix: askedPrefix, execute: useAnswer },
  suggest: (interaction, bot) =>
    languageChoices(bot.languages, interaction.options.getFocused(), localeFor(interaction.locale)),
  async execute(interaction, bot) {
    const file = interaction.options.getAttachment("file");
    const message = interaction.options.getString("message");
    const wrong = file && message ? "fileOrMessage" : !file && !message ? "nothingToTranscribe" : undefined;
    if (wrong !== undefined) {
      const content = bot.words.say(bot.localeOf(interaction), wrong);
      await interaction.reply({ content, flags: MessageFlags.Ephemeral });
      return;
    }
    const isPrivate = interaction.options.getBoolean("private") ?? false;
    await interaction.deferReply(isPrivate ? { flags: MessageFlags.Ephemeral } : {});
    const format = interaction.options.getString("format") ?? "";
    const language = interaction.options.getString("language") ?? undefined;
    await answerNamed(interaction, bot, await recordingFor(interaction, bot, { file, message }), {
      language,
      format: isFileFormat(format) ? format : undefined,
    });
  },
};

interface Choice {
  readonly file: Attachment | null;
  readonly message: string | null;
}

async function recordingFor(
  interaction: ChatInputCommandInteraction,
  bot: CommandBot,
  { file, message }: Choice,
): Promise<NamedRecordings> {
  if (file === null) return await bot.recordingAt(interaction, message ?? "");
  const source = { authorId: interaction.user.id, file: uploadedFile(file), message: null, original: null };
  return { type: "audio", sources: [source] };
}
