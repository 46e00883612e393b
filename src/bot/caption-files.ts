import { MessageFlags } from "discord.js";

import {
  formatCaptionsJson,
  formatCaptionsSrt,
  formatCaptionsText,
  formatCaptionsVtt,
  type NamedCaption,
} from "../transcription/caption-formats.ts";
import { type MessageBody, messageBody } from "./answer.ts";
import { plainText } from "./safe-text.ts";

const kinds = [
  ["transcript.txt", "text/plain", formatCaptionsText],
  ["transcript.srt", "application/x-subrip", formatCaptionsSrt],
  ["transcript.vtt", "text/vtt", formatCaptionsVtt],
  ["transcript.json", "application/json", formatCaptionsJson],
] as const;

/** A message that ends a session, with its transcript in every format; without files where nothing was said. */
export function transcriptMessage(content: string, captions: readonly NamedCaption[]): MessageBody {
  const { body } = messageBody({ content }, MessageFlags.SuppressNotifications);
  if (captions.length === 0) return { body, files: [] };
  const said = captions
    .map((caption) => ({ ...caption, speaker: plainText(caption.speaker), text: plainText(caption.text) }))
    .sort((one, other) => one.startMs - other.startMs);
  return {
    body: { ...body, attachments: kinds.map(([filename], id) => ({ id, filename })) },
    files: kinds.map(([name, contentType, format]) => ({
      name,
      contentType,
      data: Buffer.from(format(said)),
    })),
  };
}
