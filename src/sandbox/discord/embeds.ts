import type { Payload } from "./entities.ts";
import type { Form } from "./form.ts";

const length = (text: string | undefined): number => (text === undefined ? 0 : Array.from(text).length);

/** Reads one embed; returns how many characters it counts (Discord API, "Embed Limits"). */
function readEmbed(embed: Form): number {
  let sum = length(embed.text("title", { max: 256 })) + length(embed.text("description", { max: 4096 }));
  embed.integer("color", { min: 0, max: 0xff_ff_ff });
  embed.text("url", { pattern: /^https?:\/\// });
  const footer = embed.object("footer");
  sum += length(footer?.text("text", { required: true, max: 2048 }));
  const author = embed.object("author");
  sum += length(author?.text("name", { required: true, max: 256 }));
  for (const field of embed.objects("fields", { max: 25 }) ?? []) {
    sum += length(field.text("name", { required: true, min: 1, max: 256 }));
    sum += length(field.text("value", { required: true, min: 1, max: 1024 }));
    field.flag("inline");
  }
  return sum;
}

/** Reads the `embeds` of a message, noting on the form what Discord would refuse. */
export function readEmbeds(form: Form): readonly Payload[] | undefined {
  if (form.isNull("embeds")) return [];
  const embeds = form.objects("embeds", { max: 10 });
  if (!embeds) return undefined;
  const total = embeds.reduce((sum, embed) => sum + readEmbed(embed), 0);
  if (total > 6000)
    form.issue("MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000", "embeds");
  return embeds.map(({ raw }) => ({ type: "rich", ...raw }));
}
