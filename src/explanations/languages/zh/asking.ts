/** What the bot says to somebody who asked for a transcript. */
export const askingWords = {
  leftMinutes_other: "大约还需 {{count, number}} 分钟",
  leftHours: "大约还需 {{hours, number}} 小时 {{minutes, number}} 分钟",
  leftLess: "还需不到一分钟",
  cancel: "取消",
  cancelNotYours: "只有提出要求的人，或者可以在这里管理消息的人，才能停止它。",
  cancelTooLate: "这一条已经完成了。",

  saveAs: "另存为…",
  formatSrt: "字幕（SRT）",
  formatVtt: "网页字幕（VTT）",
  formatJson: "带时间的数据（JSON）",
  formatTxt: "纯文本（TXT）",
  saved: "给您：",
  savedGone: "这份文字我已经不再保留了。用 `/转写` 可以重新生成。",
  runAgain: "语言不对？换一种重新转写…",
  requestGone: "我已经不记得这是关于什么的了。用 `/转写` 可以重新来过。",
} as const;
