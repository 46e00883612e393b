import { MessageFlags } from "discord.js";

import { localeFor, type Words } from "../../explanations/words.ts";
import type { Store } from "../../store/store.ts";
import type { ComponentHandler } from "../command.ts";
import { messageBody, mostFiles, type Page } from "./answer.ts";
import { longestMessage, pagesOf } from "./pages.ts";
import { plainText } from "./safe-text.ts";
import { keyOf } from "../records/transcript-keeper.ts";

const prefix = "withheld:";

/** The button that shows withheld words to whoever presses it, and to nobody else. */
export function withheldId(key: string): string {
  return prefix + key;
}

/** Shows the words of an answer that were withheld for being unsure. */
export function createWithheld(transcripts: Store["transcripts"], words: Words): ComponentHandler {
  const textOf = async (key: string): Promise<string> => {
    const texts: string[] = [];
    for (let index = 0; index < mostFiles; index++) {
      const found = await transcripts.get(keyOf(key, index));
      if (found) texts.push(plainText(found.text));
    }
    return texts.join(" ");
  };
  return {
    prefix,
    async execute(interaction) {
      const locale = localeFor(interaction.locale);
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      const text = await textOf(interaction.customId.slice(prefix.length));
      const page: Page =
        text === ""
          ? { content: words.say(locale, "withheldGone") }
          : shown(text, words.say(locale, "withheldShown"));
      const { body, files } = messageBody(page);
      await interaction.editReply({
        content: body.content,
        allowedMentions: { parse: [] },
        flags: MessageFlags.SuppressEmbeds,
        files: files.map(({ name, data }) => ({ name, attachment: Buffer.from(String(data)) })),
      });
    },
  };
}

function shown(text: string, note: string): Page {
  const tail = `\n-# ${note}`;
  const [first = "", ...rest] = pagesOf(text, {
    first: longestMessage - tail.length - 1,
    next: longestMessage,
  });
  return rest.length === 0
    ? { content: first + tail }
    : { content: `${first}…${tail}`, file: { name: "transcript.txt", text: `${text}\n` } };
}
