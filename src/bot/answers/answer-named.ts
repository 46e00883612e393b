import type { Explanation } from "../../explanations/explain.ts";
import type { AskedFor, CommandBot, NamedRecordings, TranscribeInteraction } from "../command.ts";

/** Answers a deferred interaction: takes on the recordings it names, or says why there are none. */
export async function answerNamed(
  interaction: TranscribeInteraction,
  bot: CommandBot,
  named: NamedRecordings,
  options: Omit<AskedFor, "sources"> = {},
): Promise<void> {
  if (named.type === "audio") {
    await bot.transcribe(interaction, { ...options, sources: named.sources });
    return;
  }
  await interaction.editReply({ content: whyNot(interaction, bot, named) });
}

type NoRecording = Exclude<NamedRecordings, { readonly type: "audio" }>;

function whyNot(interaction: TranscribeInteraction, bot: CommandBot, why: NoRecording): string {
  const { words, explain } = bot;
  const locale = bot.localeOf(interaction);
  if (why.type === "not-a-message") return words.say(locale, "notAMessage");
  if (why.type === "not-found") return words.say(locale, "messageNotFound");
  const { said, action }: Explanation = explain(why.problem, locale);
  return words.join(locale, said, action);
}
