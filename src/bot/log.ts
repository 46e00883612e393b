/** What the bot tells its operator: codes, ids, sizes and durations; never audio, words, names, tokens or addresses. */
export interface BotLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
