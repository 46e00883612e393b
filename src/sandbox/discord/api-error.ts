import type { Payload } from "./entities.ts";

/** Every refusal this server knows: HTTP status, code and text (Discord API, "Opcodes and Status Codes"). */
const refusals = {
  malformed: [400, 0, "400: Bad Request"],
  unauthorized: [401, 0, "401: Unauthorized"],
  notFound: [404, 0, "404: Not Found"],
  methodNotAllowed: [405, 0, "405: Method Not Allowed"],
  unknownApplication: [404, 10002, "Unknown Application"],
  unknownChannel: [404, 10003, "Unknown Channel"],
  unknownGuild: [404, 10004, "Unknown Guild"],
  unknownMember: [404, 10007, "Unknown Member"],
  unknownMessage: [404, 10008, "Unknown Message"],
  unknownRole: [404, 10011, "Unknown Role"],
  unknownUser: [404, 10013, "Unknown User"],
  unknownEmoji: [400, 10014, "Unknown Emoji"],
  unknownWebhook: [404, 10015, "Unknown Webhook"],
  unknownInteraction: [404, 10062, "Unknown interaction"],
  unknownCommand: [404, 10063, "Unknown application command"],
  notYourApplication: [403, 20012, "You are not authorized to perform this action on this application"],
  tooManyPins: [400, 30003, "Maximum number of pins reached for the channel (250)"],
  tooManyWebhooks: [400, 30007, "Maximum number of webhooks reached (15)"],
  tooManyCommands: [400, 30032, "Maximum number of application commands reached"],
  tooManyCommandCreates: [
    429,
    30034,
    "Max number of daily application command creates has been reached (200)",
  ],
  tooManyRenames: [
    429,
    20028,
    "The write action you are performing on the channel has hit the write rate limit.",
  ],
  tooManyOldEdits: [
    429,
    30046,
    "Maximum number of edits to messages older than 1 hour reached. Try again later",
  ],
  entityTooLarge: [413, 40005, "Request entity too large"],
  alreadyAcknowledged: [400, 40060, "Interaction has already been acknowledged."],
  tooManyFollowUps: [400, 40094, "This interaction has hit the maximum number of follow-up messages."],
  missingAccess: [403, 50001, "Missing Access"],
  dmChannel: [403, 50003, "Cannot execute action on a DM channel"],
  notYourMessage: [403, 50005, "Cannot edit a message authored by another user"],
  emptyMessage: [400, 50006, "Cannot send an empty message"],
  cannotDm: [403, 50007, "Cannot send messages to this user"],
  nonTextChannel: [400, 50008, "Cannot send messages in a non-text channel"],
  missingPermissions: [403, 50013, "Missing Permissions"],
  bulkDeleteCount: [
    400,
    50016,
    "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete",
  ],
  systemMessage: [403, 50021, "Cannot execute action on a system message"],
  wrongChannelType: [400, 50024, "Cannot execute action on this channel type"],
  invalidWebhookToken: [401, 50027, "Invalid Webhook Token"],
  tooOldForBulkDelete: [400, 50034, "You can only bulk delete messages that are under 14 days old."],
  invalidApiVersion: [400, 50041, "Invalid API version"],
  invalidMessageType: [400, 50068, "Invalid message type"],
  archivedThread: [400, 50083, "Thread is archived"],
  invalidJson: [400, 50109, "The request body contains invalid JSON."],
  voiceExtraContent: [400, 50159, "Voice messages do not support additional content."],
  voiceNotOneFile: [400, 50160, "Voice messages must have a single audio attachment."],
  voiceNoMetadata: [400, 50161, "Voice messages must have supporting metadata."],
  voiceNotEditable: [400, 50162, "Voice messages cannot be edited."],
  voiceNotHere: [403, 50173, "You cannot send voice messages in this channel"],
  replyNeedsHistory: [403, 160002, "Cannot reply without permission to read message history"],
  threadExists: [400, 160004, "A thread has already been created for this message"],
  threadLocked: [400, 160005, "Thread is locked"],
  tooManyThreads: [400, 160006, "Maximum number of active threads reached"],
  tooManyAnnouncementThreads: [400, 160007, "Maximum number of active announcement threads reached"],
  cannotForward: [400, 160014, "Cannot forward a message whose content you cannot read"],
} as const satisfies Record<string, readonly [number, number, string]>;

export type Refusal = keyof typeof refusals;

/** A request refused: becomes the answer's status and JSON body. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: number;
  readonly errors: Payload | undefined;
  /** For 429: how long to wait. */
  waitMs = 0;

  constructor(status: number, code: number, message: string, errors?: Payload) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  get body(): Payload {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** The error for one of the refusals above, to be thrown; a 429 says how long to wait. */
export function refused(refusal: Refusal, waitMs = 0): ApiError {
  const [status, code, message] = refusals[refusal];
  return Object.assign(new ApiError(status, code, message), { waitMs });
}
