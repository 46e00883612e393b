/** What the bot says to somebody who asked for a transcript. */
export const askingWords = {
  // while it is worked on
  leftMinutes_one: "about {{count, number}} minute left",
  leftMinutes_other: "about {{count, number}} minutes left",
  leftHours: "about {{hours, number}} h {{minutes, number}} min left",
  leftLess: "less than a minute left",
  cancel: "Cancel",
  cancelNotYours: "Only whoever asked for it can stop this, or somebody who may manage messages here.",
  cancelTooLate: "That one is finished already.",

  // the menus below an answer
  saveAs: "Save as…",
  formatSrt: "Subtitles (SRT)",
  formatVtt: "Web subtitles (VTT)",
  formatJson: "Data with times (JSON)",
  formatTxt: "Plain text (TXT)",
  saved: "Here you are:",
  savedGone: "I don't keep that transcript any more. `/transcribe` makes it again.",
  runAgain: "Wrong language? Run again as…",
  requestGone: "I don't know any more what that was about. `/transcribe` does it again.",
} as const;
