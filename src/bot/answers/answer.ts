import { createHash } from "node:crypto";

import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type RawFile,
} from "discord.js";

/** Discord's limit for the files of a message: an answer is to no more recordings, either. */
export const mostFiles = 10;

/** One message of an answer, before it is anywhere. */
export interface Page {
  /** Discord Markdown, at most 2,000 UTF-16 units. What people said is escaped in it. */
  readonly content: string;
  /** Side by side, in this order. */
  readonly buttons?: readonly Button[];
  /** Drop-down menus below the buttons, one a row. */
  readonly menus?: readonly Menu[];
  /** Posted with the message as a text file: the rest of the answer. */
  readonly file?: PageFile;
  /** The same words in other formats, as files. */
  readonly exports?: readonly PageFile[];
}

/** A text file below a message. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/** Something to choose one of below a message. */
export interface Menu {
  readonly customId: string;
  /** What it says while nothing is chosen. */
  readonly placeholder: string;
  /** At most 25. */
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

/** Something to press below a message. */
export interface Button {
  readonly label: string;
  readonly customId: string;
}

/** Where an answer is posted: a channel, a thread, or an interaction. All calls throw discord.js's errors or NoLongerWanted. */
export interface Destination {
  /** Posts a further message and gives its id. */
  post(page: Page, index: number): Promise<string>;
  edit(messageId: string, page: Page): Promise<void>;
  remove(messageId: string): Promise<void>;
  /** This answer's messages as Discord has them, oldest first: asked after a crash between posting and noting it down. */
  existing(): Promise<readonly string[]>;
}

/** What a work item remembers of its answer. `posting` is set before a message is sent and cleared when its id is noted. */
export type AnswerState = { readonly messageIds: readonly string[]; readonly posting: boolean };

export interface AnswerOptions {
  readonly destination: Destination;
  readonly state: AnswerState;
  /** Written down before it returns. */
  readonly save: (state: AnswerState) => Promise<void>;
}

/** The messages of one answer, brought to what they should be by as few calls as possible. */
export interface LiveMessages {
  readonly messageIds: readonly string[];
  /** Posts, edits and removes until Discord shows exactly these pages. Calls must not overlap. */
  show(pages: readonly Page[]): Promise<void>;
  /** Removes every message of the answer. */
  clear(): Promise<void>;
}

/** An answer whose every step is written down before it is taken, so that a restart neither doubles nor loses a message. */
export function createAnswer({ destination, state, save }: AnswerOptions): LiveMessages {
  let { messageIds, posting } = state;
  const shown = new Map<string, string>();

  const note = async (ids: readonly string[], sending: boolean): Promise<void> => {
    [messageIds, posting] = [ids, sending];
    await save({ messageIds, posting });
  };

  const place = async (page: Page, index: number): Promise<void> => {
    if (posting) {
      const found = (await destination.existing()).filter((id) => !messageIds.includes(id));
      await note([...messageIds, ...found], false);
    }
    const known = messageIds[index];
    if (known === undefined) {
      await note(messageIds, true);
      const id = await destination.post(page, index);
      shown.set(id, fingerprint(page));
      await note([...messageIds, id], false);
    } else if (shown.get(known) !== fingerprint(page)) {
      await destination.edit(known, page);
      shown.set(known, fingerprint(page));
    }
  };

  return {
    get messageIds() {
      return messageIds;
    },
    async show(pages) {
      for (const [index, page] of pages.entries()) await place(page, index);
      for (const id of messageIds.slice(pages.length).reverse()) {
        await destination.remove(id);
        await note(messageIds.slice(0, -1), false);
      }
    },
    async clear() {
      if (posting) await note([...new Set([...messageIds, ...(await destination.existing())])], false);
      for (const id of [...messageIds].reverse()) await destination.remove(id);
      await note([], false);
    },
  };
}

function fingerprint({ content, buttons, menus, file, exports }: Page): string {
  return JSON.stringify([content, buttons, menus, file, exports]);
}

/** What a message of ours is made of on the wire. Nothing in it pings, and no address gets a preview. */
export interface MessageBody {
  readonly body: {
    readonly content: string;
    readonly flags: number;
    readonly allowed_mentions: { readonly parse: readonly []; readonly replied_user: false };
    readonly components: readonly APIActionRowComponent<APIComponentInMessageActionRow>[];
    readonly attachments: readonly {
      readonly id: number;
      readonly filename: string;
      readonly description?: string;
    }[];
  };
  readonly files: RawFile[];
}

/** A page as Discord's REST takes it, for posting and for editing alike; `flags` are added to the suppressed previews. */
export function messageBody(page: Page, flags = 0): MessageBody {
  const { content, buttons = [], menus = [] } = page;
  const files = [...(page.file ? [page.file] : []), ...(page.exports ?? [])];
  return {
    body: {
      content,
      flags: MessageFlags.SuppressEmbeds | flags,
      allowed_mentions: { parse: [], replied_user: false },
      components: [...(buttons.length > 0 ? [rowOf(buttons)] : []), ...menus.map(rowOfMenu)],
      attachments: files.map(({ name }, id) => ({ id, filename: name })),
    },
    files: files.map(({ name, text }) => ({ name, data: Buffer.from(text), contentType: "text/plain" })),
  };
}

function rowOf(buttons: readonly Button[]): MessageBody["body"]["components"][number] {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ label, customId }) => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label,
      custom_id: customId,
    })),
  };
}

function rowOfMenu({ customId, placeholder, options }: Menu): MessageBody["body"]["components"][number] {
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId,
        placeholder,
        options: options.map(({ label, value }) => ({ label, value })),
      },
    ],
  };
}

/** The same for the same step of the same work item, in any run: Discord then gives back the message it already has. */
export function nonceOf(key: string, index: number): string {
  return createHash("sha256").update(`${key}:${index}`).digest("base64url").slice(0, 24);
}
