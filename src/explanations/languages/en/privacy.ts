/** What `/privacy` says, from the configuration as it is. */
export const privacyWords = {
  privacySent: "What is sent where",
  privacyHearsAll: "Recordings and live captions are heard by {{recognizer}}: the audio is sent to {{host}}.",
  privacyHearsAllHere:
    "Recordings and live captions are heard by {{recognizer}} on the machine I run on: the audio isn't sent anywhere.",
  privacyHearsRecordings: "Recordings are heard by {{recognizer}}: the audio is sent to {{host}}.",
  privacyHearsRecordingsHere:
    "Recordings are heard by {{recognizer}} on the machine I run on: the audio isn't sent anywhere.",
  privacyHearsCaptions: "Live captions are heard by {{recognizer}}: the audio is sent to {{host}}.",
  privacyHearsCaptionsHere:
    "Live captions are heard by {{recognizer}} on the machine I run on: the audio isn't sent anywhere.",

  privacyKept: "What is kept",
  privacyAudio: "Audio: only while it is worked on.",
  privacyTranscripts_one: "Transcripts: {{count, number}} day.",
  privacyTranscripts_other: "Transcripts: {{count, number}} days.",
  privacyTranscriptsHere_one: "Transcripts in this server: {{count, number}} day.",
  privacyTranscriptsHere_other: "Transcripts in this server: {{count, number}} days.",
  privacyTranscriptsNone: "Transcripts: not at all. What I post on Discord is all there is.",
  privacyCache_one:
    "So that the same recording isn't heard twice, its words can be found by the recording itself for {{count, number}} day.",
  privacyCache_other:
    "So that the same recording isn't heard twice, its words can be found by the recording itself for {{count, number}} days.",
  privacyRecords_one: "Which message was answered by which, without words: {{count, number}} day.",
  privacyRecords_other: "Which message was answered by which, without words: {{count, number}} days.",
  privacyUsage_one: "How many minutes a day were used: {{count, number}} day.",
  privacyUsage_other: "How many minutes a day were used: {{count, number}} days.",
  privacyEncrypted: "Words are encrypted where they are kept.",
  privacyNotEncrypted: "Words are not encrypted where they are kept; only who runs this bot can reach them.",
  privacySweep: "What is too old is deleted next {{time}}.",

  privacyYours: "Yours to decide",
  privacyYouAreOut: "You opted out: nothing of yours is downloaded, transcribed or captioned.",
  privacyYouAreIn: "You haven't opted out: your recordings are transcribed.",
  privacyCommands:
    "`/privacy opt-out` stops that everywhere. `/privacy export` gives you everything I keep of you, `/privacy delete` deletes it.",

  privacyDeleteAsk:
    "This deletes what I keep of you, in every server: transcripts of what you said or had transcribed in private, which messages I answered, and your name on what was used. What I posted on Discord stays; deleting your recording takes its answer along. Whether you opted out stays too, or I would begin to transcribe you again. A recording that is being worked on right now is still answered.",
  privacyDeleteButton: "Delete it for good",
  privacyDeleted:
    "Done, it is deleted, and so is your name on what was used. Transcripts: {{transcripts, number}}, records of answers: {{answers, number}}.",
  privacyExported: "This is everything I keep of you. Only you see it.",
  privacyExportedPart:
    "This is what I keep of you, with the newest {{done, number}} of {{total, number}} transcripts: more don't fit into a file. Only you see it.",
} as const;
