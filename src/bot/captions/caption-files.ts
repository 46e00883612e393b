import { MessageFlags } from "discord.js";

import {
  formatCaptionsJson,
  formatCaptionsSrt,
  formatCaptionsText,
  formatCaptionsVtt,
  type NamedCaption,
} from "../../transcription/caption-formats.ts";
import { type MessageBody, messageBody } from "../answers/answer.ts";
import { plainText } from "../answers/safe-text.ts";

const kinds = [
  ["transcript.txt", "text/plain", formatCaptionsText],
  ["transcript.srt", "application/x-subrip", formatCaptionsSrt],
  ["transcript.vtt", "text/vtt", formatCaptionsVtt],
  ["transcript.json", "application/json", formatCaptionsJson],
] as const;

/** A picture that says the same as its description. */
export interface DescribedPicture {
  readonly png: Buffer;
  /** At most 1,024 UTF-16 units. */
  readonly description: string;
}

/** A message that ends a session, with its transcript in every format, and who spoke when; without files where nothing was said. */
export function transcriptMessage(
  content: string,
  captions: readonly NamedCaption[],
  picture?: DescribedPicture,
): MessageBody {
  const { body } = messageBody({ content }, MessageFlags.SuppressNotifications);
  if (captions.length === 0) return { body, files: [] };
  const said = captions
    .map((caption) => ({ ...caption, speaker: plainText(caption.speaker), text: plainText(caption.text) }))
    .sort((one, other) => one.startMs - other.startMs);
  const files = kinds.map(([name, contentType, format]) => ({
    name,
    contentType,
    data: Buffer.from(format(said)),
  }));
  const attachments = kinds.map(([filename], id) => ({ id, filename }));
  if (!picture) return { body: { ...body, attachments }, files };
  const filename = "timeline.png";
  const { png: data, description } = picture;
  return {
    body: { ...body, attachments: [...attachments, { id: kinds.length, filename, description }] },
    files: [...files, { name: filename, contentType: "image/png", data }],
  };
}
