/** What the bot says of long recordings that a service takes whole. */
export const recordingWords = {
  handedInQueued: "这段录音比较长，所以由 {{recognizer}} 一次听完。它正在那里排队，文字会自动出现在这里。",
  handedInRunning: "这段录音比较长，所以由 {{recognizer}} 一次听完。正在处理，文字会自动出现在这里。",
  inClips: "我改为一段一段地听。",
  introductionLong: "超过 {{minutes, minutes}} 的录音会改为发送给 {{recognizer}}（{{host}}）。",
} as const;
