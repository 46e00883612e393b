import type { Payload } from "./entities.ts";

/** A user object. */
export interface WireUser {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly bot: boolean;
  readonly [field: string]: unknown;
}

/** A guild member object. */
export interface WireMember {
  readonly user?: WireUser;
  readonly nick: string | null;
  readonly roles: readonly string[];
  readonly [field: string]: unknown;
}

/** An attachment object. */
export interface WireAttachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  readonly content_type?: string;
  readonly duration_secs?: number;
  readonly waveform?: string;
  readonly [field: string]: unknown;
}

/** A channel object. */
export interface WireChannel {
  readonly id: string;
  readonly type: number;
  readonly guild_id?: string;
  readonly name?: string;
  readonly parent_id?: string | null;
  readonly [field: string]: unknown;
}

/** What a message says, and what a forward's snapshot keeps of it. */
export interface WireMessageBody {
  readonly type: number;
  readonly content: string;
  readonly flags: number;
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly attachments: readonly WireAttachment[];
  readonly embeds: readonly Payload[];
  readonly components: readonly Payload[];
  readonly mentions: readonly WireUser[];
  readonly mention_roles: readonly string[];
}

/** A message object. */
export interface WireMessage extends WireMessageBody {
  readonly id: string;
  readonly channel_id: string;
  readonly author: WireUser;
  readonly mention_everyone: boolean;
  readonly pinned: boolean;
  readonly tts: boolean;
  readonly nonce?: string | number;
  readonly webhook_id?: string;
  readonly application_id?: string;
  readonly interaction_metadata?: Payload;
  readonly thread?: WireChannel;
  readonly message_reference?: Payload;
  readonly referenced_message?: WireMessage | null;
  readonly message_snapshots?: readonly { readonly message: WireMessageBody }[];
  readonly [field: string]: unknown;
}
