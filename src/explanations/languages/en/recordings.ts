/** What the bot says of long recordings that a service takes whole. */
export const recordingWords = {
  handedInQueued:
    "This is a long recording, so {{recognizer}} listens to it in one go. It's waiting in line there; the words come here by themselves.",
  handedInRunning:
    "This is a long recording, so {{recognizer}} listens to it in one go. It's being worked on; the words come here by themselves.",
  inClips: "I'm going through it piece by piece instead.",
  introductionLong:
    "Recordings longer than {{minutes, minutes}} are sent to {{recognizer}} ({{host}}) instead.",
} as const;
