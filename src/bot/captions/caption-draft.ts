import { type CaptionLine, type CaptionMessage, captionMessages } from "./caption-lines.ts";
import type { BotLog } from "../log.ts";
import { errorCodes, isRefusal } from "../discord/refusals.ts";

/** One message that is there before its words are final. */
export interface DraftMessages {
  readonly post: (message: CaptionMessage) => Promise<string>;
  readonly edit: (messageId: string, message: CaptionMessage) => Promise<void>;
  readonly remove: (messageId: string) => Promise<void>;
}

export interface DraftOptions {
  readonly draft?: DraftMessages | undefined;
  readonly log: BotLog;
}

/** The message at the end that shows what is being said right now. */
export interface Draft {
  /** Whether it does not show what it should. */
  readonly isBehind: boolean;
  want(lines: readonly CaptionLine[]): void;
  /** Makes it show that, as far as Discord lets it: it is no loss where it does not. */
  catchUp(): Promise<void>;
  /** Turns it into a message that stays; false where there is none to turn. Throws what is worth another try. */
  become(message: CaptionMessage): Promise<boolean>;
}

export function createDraft({ draft, log }: DraftOptions): Draft {
  let wanted = "";
  let shown = "";
  let messageId: string | undefined;

  const show = async (messages: DraftMessages): Promise<void> => {
    if (wanted === "") {
      if (messageId !== undefined) await messages.remove(messageId);
      messageId = undefined;
    } else if (messageId === undefined) messageId = await messages.post({ content: wanted });
    else await messages.edit(messageId, { content: wanted });
  };

  return {
    get isBehind() {
      return draft !== undefined && wanted !== shown;
    },
    want(lines) {
      [wanted = ""] = captionMessages(lines);
    },
    async catchUp() {
      if (!draft) return;
      const goal = wanted;
      try {
        await show(draft);
      } catch (error) {
        log.info(errorCodes(error), "what is being said could not be shown");
        // Somebody deleted it: the next one is a new one.
        if (isRefusal(error)) messageId = undefined;
      }
      shown = goal;
    },
    async become(message) {
      if (!draft || messageId === undefined) return false;
      const id = messageId;
      try {
        await draft.edit(id, message);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        messageId = undefined;
        shown = "";
        return false;
      }
      messageId = undefined;
      shown = "";
      return true;
    },
  };
}
