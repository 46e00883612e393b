/** What the bot says to somebody who asked for a transcript. */
export const askingWords = {
  leftMinutes_other: "大约还需 {{count, number}} 分钟",
  leftHours: "大约还需 {{hours, number}} 小时 {{minutes, number}} 分钟",
  leftLess: "还需不到一分钟",
  cancel: "取消",
  cancelNotYours: "只有提出要求的人，或者可以在这里管理消息的人，才能停止它。",
  cancelTooLate: "这一条已经完成了。",
} as const;
