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
  "settings show": { name: "show", description: "Everything at a glance, to look at and to change" },
  "settings notes": { name: "notes", description: "Transcribe voice notes by themselves" },
  "settings notes on": { name: "on", description: "Transcribe voice notes by themselves" },
  "settings notes off": { name: "off", description: "Transcribe only when somebody asks" },
  "settings channel": { name: "channel", description: "Only this channel; otherwise the whole server" },
  status: { name: "status", description: "How things are: queue, speech service, captions, recent problems" },
  captions: { name: "captions", description: "Live captions for a voice channel" },
  "captions start": { name: "start", description: "Write down what is said in a voice channel, live" },
  "captions channel": { name: "channel", description: "The voice channel; yours unless you name one" },
  "captions where": { name: "where", description: "Where to write; here unless you name a place" },
  "captions language": { name: "language", description: "The language that is spoken" },
  "captions stop": { name: "stop", description: "End the captions and post the transcript" },
  "captions pause": { name: "pause", description: "Stop listening for a while, or go on" },
  "captions status": { name: "status", description: "What each stage is doing, and where it stops" },
  "captions link": { name: "link", description: "A private page with the captions, large and live" },
  "captions test": {
    name: "test",
    description: "Listen for 10 seconds and show what was heard, and how surely",
  },
  "captions auto": { name: "auto", description: "Start by myself when enough people are in a voice channel" },
  "captions people": { name: "people", description: "How many people it takes; 0 switches it off" },
} as const;

/** Names a command, an option ("transcribe file") or the context-menu entry ("Transcribe"). */
export type CommandPath = keyof typeof commands;
