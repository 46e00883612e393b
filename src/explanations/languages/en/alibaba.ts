import type { alibabaCodes } from "../../catalogue/alibaba.ts";
import type { ProblemSentences } from "../../language.ts";

export const alibaba = {
  "ALIBABA.21050000": {
    title: "All done",
    said: "The speech service has finished with this recording.",
    operator: "SUCCESS: the task was accepted, or its result is ready. Nothing to do.",
  },
  "ALIBABA.21050001": {
    title: "Being listened to",
    said: "The speech service is listening to this recording right now.",
    action: "The words come by themselves when it has finished.",
    operator: "RUNNING: ask for the result again later.",
  },
  "ALIBABA.21050002": {
    title: "Waiting in line",
    said: "This recording is waiting in line at the speech service.",
    action: "The words come by themselves when it has had its turn.",
    operator: "QUEUEING: ask for the result again later.",
  },
  "ALIBABA.21050003": {
    title: "Nobody speaking",
    said: "The speech service found nobody speaking in this recording.",
    action: "Please check that there is speech in it and that it is not too short.",
    operator: "SUCCESS_WITH_NO_VALID_FRAGMENT: finished, but there was no speech, or too little of it.",
  },
  "ALIBABA.41050001": {
    title: "The day's time is used up",
    said: "Today's listening time at the speech service is used up.",
    action: "Please try again tomorrow.",
    operator:
      "USER_BIZDURATION_QUOTA_EXCEED: a trial has 2 hours of audio a calendar day. Wait for the next day, or upgrade.",
  },
  "ALIBABA.41050002": {
    title: "Not downloaded",
    said: "The speech service couldn't download the recording from me.",
    operator:
      "FILE_DOWNLOAD_FAILED: the link must be reachable from the internet and not expired. Check PUBLIC_URL and the firewall.",
  },
  "ALIBABA.41050003": {
    title: "Unknown type of file",
    said: "The speech service doesn't take this type of file.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "FILE_CHECK_FAILED: WAV or MP3 with one or two tracks is accepted.",
  },
  "ALIBABA.41050004": {
    title: "Over its limit",
    said: "This file is over the 512 MB that the speech service takes.",
    action: "Please send it in shorter pieces.",
    operator: "FILE_TOO_LARGE: the file is over 512 MB.",
  },
  "ALIBABA.41050005": {
    title: "Sound that can't be evened out",
    said: "The speech service couldn't even out the sound of this recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "FILE_NORMALIZE_FAILED: check that the file plays and is not damaged.",
  },
  "ALIBABA.41050006": {
    title: "Couldn't be read through",
    said: "The speech service couldn't find its way through this file.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "FILE_PARSE_FAILED: check that the file plays and is not damaged.",
  },
  "ALIBABA.41050007": {
    title: "Video that can't be read",
    said: "The speech service couldn't find its way through this MKV video.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "MKV_PARSE_FAILED: check that the file plays and is not damaged.",
  },
  "ALIBABA.41050008": {
    title: "Sound quality that doesn't suit",
    said: "The sound quality of this recording doesn't suit the speech model that was chosen.",
    operator:
      "UNSUPPORTED_SAMPLE_RATE: use the rate of the model bound to the appkey (8 or 16 kHz), or switch on enable_sample_rate_adaptive for higher rates.",
  },
  "ALIBABA.41050009": {
    title: "Keys of two accounts",
    said: "The keys I was given for the speech service belong to different accounts.",
    operator: "UNSUPPORTED_ASR_GROUP: appkey and AccessKey must be of one account.",
  },
  "ALIBABA.41050010": {
    title: "Thrown away",
    said: "The speech service has thrown away what it knew of this recording.",
    operator:
      "FILE_TRANS_TASK_EXPIRED: the task ID does not exist, or its result is older than 72 hours. Submit again.",
  },
  "ALIBABA.41050011": {
    title: "A link that isn't one",
    said: "The link that I made for the recording isn't a proper one.",
    operator:
      "REQUEST_INVALID_FILE_URL_VALUE: file_link needs http or https and a domain name, no IP address and no blanks. Check PUBLIC_URL.",
  },
  "ALIBABA.41050012": {
    title: "A return address that isn't one",
    said: "The address that I left for the answer isn't a proper one.",
    operator:
      "REQUEST_INVALID_CALLBACK_VALUE: callback_url needs http or https and a domain name, no IP address and no blanks.",
  },
  "ALIBABA.41050013": {
    title: "A mistake in my order",
    said: "There was a mistake in my order to the speech service.",
    operator: "REQUEST_PARAMETER_INVALID: the Task is no valid JSON, or one of its parameters is wrong.",
  },
  "ALIBABA.41050014": {
    title: "No project key",
    said: "I have no project key to show the speech service.",
    operator: "REQUEST_EMPTY_APPKEY_VALUE: set the appkey.",
  },
  "ALIBABA.41050015": {
    title: "A project key nobody knows",
    said: "The speech service doesn't know the project key I was given.",
    operator: "REQUEST_APPKEY_UNREGISTERED: the appkey is unknown, or of another account.",
  },
  "ALIBABA.41050021": {
    title: "No leave to use it",
    said: "The user I work as hasn't been given leave to use this speech service.",
    operator: "RAM_CHECK_FAILED: grant the RAM user the permission.",
  },
  "ALIBABA.41050023": {
    title: "Sizes that don't agree",
    said: "The recording had another size than I had announced.",
    operator:
      "CONTENT_LENGTH_CHECK_FAILED: Content-Length differs from the real length. Look for a proxy in between that changes files.",
  },
  "ALIBABA.41050024": {
    title: "Nothing there to fetch",
    said: "The speech service came to fetch the recording and found nothing there.",
    operator:
      "FILE_404_NOT_FOUND: the file server answered 404. The link may have expired before it was used.",
  },
  "ALIBABA.41050025": {
    title: "Turned away",
    said: "The speech service came to fetch the recording and was turned away.",
    operator: "FILE_403_FORBIDDEN: the file server answered 403. Check access, or the link has expired.",
  },
  "ALIBABA.41050026": {
    title: "My own server failed",
    said: "The speech service came to fetch the recording, and my own server failed.",
    operator: "FILE_SERVER_ERROR: check the file server and what stands in front of it; then submit again.",
  },
  "ALIBABA.51050000": {
    title: "A failure deep inside",
    said: "Something failed deep inside the speech service.",
    operator: "INTERNAL_ERROR: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050001": {
    title: "Speech or silence?",
    said: "The speech service couldn't tell speech from silence in this recording.",
    operator: "VAD_FAILED: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050002": {
    title: "No words found",
    said: "The speech service failed to put this recording into words.",
    operator: "RECOGNIZE_FAILED: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050003": {
    title: "Interrupted while listening",
    said: "The speech service was interrupted while it was listening.",
    operator: "RECOGNIZE_INTERRUPT: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050004": {
    title: "Not put in line",
    said: "The speech service couldn't put this recording in its line.",
    operator: "OFFER_INTERRUPT: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050005": {
    title: "Not finished in time",
    said: "The speech service didn't finish this recording in the time it allows itself.",
    operator: "FILE_TRANS_TIMEOUT: submit again; open a ticket if it repeats.",
  },
  "ALIBABA.51050006": {
    title: "Voices not taken apart",
    said: "The speech service couldn't take the channels of this recording apart.",
    operator: "FRAGMENT_FAILED: submit again, or send mono; open a ticket if it repeats.",
  },
  "ALIBABA.Throttling.User": {
    title: "Asking too often",
    said: "I'm asking the speech service for news too often.",
    operator: "Too many requests of this user (results: 100 a second at most). Poll more slowly.",
  },
  "ALIBABA.SignatureDoesNotMatch": {
    title: "Two signatures",
    said: "The speech service compared my signature with its own, and they differ.",
    operator: "Check the AccessKey secret for mistakes and stray blanks.",
  },
  "ALIBABA.InvalidAccessKeyId.NotFound": {
    title: "A key that is gone",
    said: "The speech service finds no key like the one I was given.",
    operator: "The AccessKey ID is unknown. Correct it.",
  },
  "ALIBABA.InvalidTimeStamp.Expired": {
    title: "Clocks apart",
    said: "By the speech service's clock, my request came at the wrong time.",
    operator: "This host's clock differs by more than 15 minutes. Correct it.",
  },
  "ALIBABA.SignatureNonceUsed": {
    title: "Seen before",
    said: "The speech service thinks that it has seen this very request before.",
    operator: "The nonce was used before; every try takes a new one. Look for a proxy that repeats requests.",
  },
  "ALIBABA.ServiceUnavailable": {
    title: "Away for a while",
    said: "The speech service is away for a short while.",
    operator: "The gateway calls the service unavailable. It usually passes.",
  },
  "ALIBABA.InternalError": {
    title: "Reception failed",
    said: "The reception of the speech service failed.",
    operator: "An internal error of the gateway. Try again; open a ticket if it repeats.",
  },
} as const satisfies Record<keyof typeof alibabaCodes, ProblemSentences>;
