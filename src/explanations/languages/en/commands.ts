/** Commands, their options and the context-menu entry, by path: what Discord shows while somebody types. */
export const commands = {
  transcribe: { name: "transcribe", description: "Turn a recording into words" },
  "transcribe file": { name: "file", description: "An audio or video file" },
  "transcribe message": { name: "message", description: "The link or id of a message with a recording" },
  "transcribe private": { name: "private", description: "Show the answer only to you" },
  "transcribe language": { name: "language", description: "The language that is spoken" },
  Transcribe: { name: "Transcribe", description: "" },
  privacy: { name: "privacy", description: "What happens to your voice" },
  "privacy opt-out": { name: "opt-out", description: "Never transcribe me, whoever asks" },
  "privacy opt-in": { name: "opt-in", description: "Transcribe me again" },
  settings: { name: "settings", description: "How Earshot works in this server" },
  "settings notes": { name: "notes", description: "Transcribe voice notes by themselves" },
  "settings notes on": { name: "on", description: "Transcribe voice notes by themselves" },
  "settings notes off": { name: "off", description: "Transcribe only when somebody asks" },
  "settings notes channel": { name: "channel", description: "Only this channel; otherwise the whole server" },
} as const;

/** Names a command, an option ("transcribe file") or the context-menu entry ("Transcribe"). */
export type CommandPath = keyof typeof commands;
