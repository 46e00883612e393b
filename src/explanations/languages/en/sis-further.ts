import type { sisFurtherCodes } from "../../catalogue/sis.ts";
import type { ProblemSentences } from "../../language.ts";

export const sisFurther = {
  // hot words
  "SIS.0201": {
    title: "No such word list",
    said: "The list of special words that I should use doesn't exist.",
    operator: "SIS_VOCABULARY_ID names no hot-word table of this project. Correct it, or leave it unset.",
  },
  "SIS.0203": {
    title: "Words that don't fit",
    said: "Some of the special words are too long, or not allowed.",
    operator: "Correct the entries of the hot-word table that the service names.",
  },
  "SIS.0204": {
    title: "That name is taken",
    said: "There is a list of special words by that name already.",
    operator: "Choose another name for the hot-word table.",
  },
  "SIS.0205": {
    title: "No lists in this language",
    said: "Lists of special words don't exist for that language.",
    operator: "The language of the hot-word table is not supported. Change it.",
  },
  "SIS.0206": {
    title: "The list wasn't saved",
    said: "The list of special words couldn't be saved.",
    operator: "SIS failed to save the hot words. Ask Huawei's support.",
  },
  "SIS.0207": {
    title: "The list is damaged",
    said: "The list of special words is damaged.",
    operator: "The stored hot-word table is corrupt. Recreate it, or ask Huawei's support.",
  },
  "SIS.0208": {
    title: "Too many lists",
    said: "There are as many lists of special words as there may be.",
    operator: "The number of hot-word tables is at its limit. Delete unused ones, or ask for more.",
  },
  // synthesis
  "SIS.0401": {
    title: "The voice failed",
    said: "The speech service failed while it was speaking.",
    operator: "An exception during synthesis. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0402": {
    title: "Sound quality not offered",
    said: "The voice doesn't come in the sound quality I asked for.",
    operator: "sample_rate does not fit the voice (property) of the synthesis.",
  },
  "SIS.0410": {
    title: "File type not offered",
    said: "The voice doesn't come in the type of file I asked for.",
    operator: "audio_format of the synthesis is not allowed.",
  },
  "SIS.0411": {
    title: "No such voice",
    said: "The speech service has no voice by that name.",
    operator: "property of the synthesis names no voice.",
  },
  "SIS.0412": {
    title: "The voice is out of reach",
    said: "The voice of the speech service couldn't be reached in time.",
    operator: "SIS timed out connecting to its synthesis engine. If it stays, ask Huawei's support.",
  },
  "SIS.0413": {
    title: "The voice broke",
    said: "Something broke in the voice of the speech service.",
    operator: "An internal error of synthesis. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0414": {
    title: "The voice kept us waiting",
    said: "The voice of the speech service took too long to begin.",
    operator: "Waiting for synthesis timed out. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0415": {
    title: "The voice didn't understand",
    said: "My request for a voice was written wrongly.",
    operator: "The body of the synthesis request is incorrect. Please report it.",
  },
  "SIS.0416": {
    title: "No text came",
    said: "The voice waited for a text to read, and none came.",
    operator: "The text of the synthesis was not sent in time. Send it again; check this host's load.",
  },
  "SIS.0417": {
    title: "The voice gave up",
    said: "The voice of the speech service gave up in the middle.",
    operator: "An error of the synthesis engine. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0418": {
    title: "Speaking already",
    said: "The voice is reading something already.",
    operator: "The start command was sent twice on one connection. Send it once.",
  },
  "SIS.0419": {
    title: "Characters it can't read",
    said: "The text has characters that the voice can't read.",
    operator: "The SSML is invalid: remove or escape the characters.",
  },
  // long recordings
  "SIS.0506": {
    title: "No key to the storage",
    said: "The speech service isn't allowed into the storage where the recording lies.",
    operator:
      "No agency was found: authorize SIS to read OBS on the console, and check that no network proxy is in between.",
  },
  "SIS.0533": {
    title: "A detail of a long recording",
    said: "One of the details I gave for a long recording was wrong.",
    operator: "The query or path parameters of the long-audio request are incorrect.",
  },
  "SIS.0534": {
    title: "A long recording refused",
    said: "The speech service couldn't make sense of my request for a long recording.",
    operator:
      "The long-audio body is incorrect: wrong format or encoding, or data_url is no OBS object of the service's region.",
  },
  "SIS.0535": {
    title: "Unknown type of long recording",
    said: "The speech service doesn't take long recordings of this type.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "audio_format is invalid, or differs from the file.",
  },
  "SIS.0536": {
    title: "The pile is full",
    said: "The speech service has a full pile of long recordings to get through.",
    operator:
      "The number of submitted long-audio jobs is at its limit. It drains by itself; a higher quota helps.",
  },
  "SIS.0537": {
    title: "The long recording is too large",
    said: "This long recording is a larger file than the speech service takes.",
    action: "Please send it in shorter pieces.",
    operator: "The recording is over the size limit of long audio.",
  },
  "SIS.0538": {
    title: "Ran out of time",
    said: "The speech service ran out of time with this long recording.",
    operator: "The long-audio job timed out. Submit it again later; if it repeats, ask Huawei's support.",
  },
  "SIS.0541": {
    title: "Long recording and model don't fit",
    said: "The speech model that was chosen for long recordings doesn't take this type of file.",
    operator: "property and format of the transcription job do not fit each other.",
  },
  "SIS.30003": {
    title: "The long recording wasn't found",
    said: "The speech service couldn't fetch the long recording from its storage.",
    operator: "The OBS object could not be downloaded. Check that it exists and that SIS may read it.",
  },
  "SIS.30004": {
    title: "The word list wasn't found",
    said: "The speech service couldn't fetch its list of special words for this recording.",
    operator: "The hot-word file is missing. Check that the table exists.",
  },
  "SIS.30006": {
    title: "The long recording can't be opened",
    said: "The speech service couldn't open this long recording: it may be empty or damaged.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The audio could not be decoded: damaged, empty, or another format than it was said to be.",
  },
  "SIS.30007": {
    title: "The word list didn't load",
    said: "The list of special words couldn't be put to use for this recording.",
    operator: "The transcription engine could not load the hot words. Check that the table exists.",
  },
  "SIS.30008": {
    title: "No words came of it",
    said: "The speech service couldn't turn this long recording into words.",
    operator:
      "The engine could not transcribe it. Check the parameters; if they are right, ask Huawei's support.",
  },
  // pronunciation assessment
  "SIS.0701": {
    title: "The exercise is too large",
    said: "This speaking exercise is larger than the speech service takes.",
    action: "A shorter recording or text works.",
    operator: "Audio, video or exam text of the assessment is over its limit.",
  },
  "SIS.0702": {
    title: "The exercise can't be graded",
    said: "This speaking exercise is of a kind that the speech service can't grade.",
    operator: "Language, mode, format or exam text of the assessment is not supported.",
  },
} as const satisfies Record<keyof typeof sisFurtherCodes, ProblemSentences>;
