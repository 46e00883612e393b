import type { Command } from "../src/bot/command.ts";
import { captions } from "./captions.ts";
import { privacy } from "./privacy.ts";
import { readAsPage } from "./read-as-page.ts";
import { settings } from "./settings.ts";
import { status } from "./status.ts";
import { transcribe } from "./transcribe.ts";
import { transcripts } from "./transcripts.ts";
import { usage } from "./usage.ts";
import { transcribeMessage } from "./transcribe-message.ts";

/** Everything people can call. */
export const commands: readonly Command[] = [
  transcribe,
  transcribeMessage,
  readAsPage,
  captions,
  privacy,
  settings,
  status,
  transcripts,
  usage,
];
