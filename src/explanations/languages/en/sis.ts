import type { sisCodes } from "../../catalogue/sis.ts";
import type { ProblemSentences } from "../../language.ts";

export const sis = {
  "SIS.0001": {
    title: "A part is out of reach",
    said: "The speech service has lost touch with one of its own parts.",
    operator:
      "SIS could not reach something it depends on, such as its storage or cache. Nothing to change here; if it stays, open a ticket with the trace id.",
  },
  "SIS.0003": {
    title: "Whose account is this?",
    said: "The speech service couldn't tell on whose behalf I was asking.",
    operator:
      "The token names no user, an agency exists already, or SIS failed inside. Log in as an IAM user with a project scope (IAM_USERNAME, IAM_PROJECT_NAME); if it stays, ask Huawei's support.",
  },
  "SIS.0012": {
    title: "Something was left out",
    said: "I left something out when I asked the speech service.",
    operator:
      "A required field of the body is missing: config.audio_format, config.property or data. That is a fault in Earshot; please report it.",
  },
  "SIS.0022": {
    title: "Not for this account",
    said: "The speech service isn't on offer for the account behind this bot.",
    operator: "SIS cannot be subscribed to by this account. Ask Huawei's sales or support.",
  },
  "SIS.0023": {
    title: "Couldn't be switched on",
    said: "The speech service couldn't be switched on for the account behind this bot.",
    operator:
      "SIS subscribes with the first call, and that failed. Subscribe on the console, or ask Huawei's support.",
  },
  "SIS.0024": {
    title: "Limits are fixed",
    said: "The speech service doesn't let this bot's limits be changed.",
    operator: "Changing the quota or a restriction is not allowed for this account. Ask Huawei's support.",
  },
  "SIS.0031": {
    title: "An unknown setting",
    said: "The speech service doesn't know one of the settings I work with.",
    operator:
      "A parameter or its value is not supported here. On the international site leave SIS_DIGIT_NORM, SIS_VOCABULARY_ID and SIS_NEED_WORD_INFO unset, and check SIS_PROPERTY.",
  },
  "SIS.0032": {
    title: "The request made no sense",
    said: "The speech service couldn't make sense of the recording the way I sent it.",
    operator:
      "The JSON, the Base64 or a field is invalid, or audio_format differs from the audio. Check that SIS_PROPERTY exists in this region; if it does, please report this as a fault in Earshot.",
  },
  "SIS.0033": {
    title: "Listening took too long",
    said: "The speech service took too long to listen and gave up.",
    operator:
      "The engine did not answer SIS in time. If it repeats, lower SIS_MAX_CLIP_SECONDS or ask Huawei's support with the trace id.",
  },
  "SIS.0100": {
    title: "A fault inside the service",
    said: "Something broke inside the speech service.",
    operator: "An internal error of SIS. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0101": {
    title: "The pass wasn't accepted",
    said: "The speech service didn't accept the pass I showed it.",
    operator:
      "X-Auth-Token is wrong, cut off, expired, global instead of project-scoped, or of another project. Check IAM_PROJECT_NAME, SIS_REGION and SIS_PROJECT_ID. One new login was tried already.",
  },
  "SIS.0102": {
    title: "No pass was shown",
    said: "My request reached the speech service without the pass it needs.",
    operator:
      "Neither X-Auth-Token nor a signature arrived. Look for a proxy that strips headers; otherwise report it.",
  },
  "SIS.0103": {
    title: "The account isn't verified",
    said: "The account behind this bot still has to show the speech service who it belongs to.",
    operator: "Real-name verification is missing (accounts of the Chinese site). Complete it on the console.",
  },
  "SIS.0301": {
    title: "Sound and model don't fit",
    said: "The speech model that was chosen for me doesn't take the kind of sound I send.",
    operator:
      "audio_format and property do not fit each other. SIS_PROPERTY decides the rate: use one that exists here.",
  },
  "SIS.0302": {
    title: "The service stumbled",
    said: "The speech service stumbled over a problem of its own.",
    operator: "SIS reports an internal exception. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0303": {
    title: "Nobody listening yet",
    said: "The speech service is busy right now: its listeners can't be reached.",
    operator:
      "SIS could not connect to its recognition engine. It usually passes; if it happens often, open a ticket.",
  },
  "SIS.0304": {
    title: "Waited in silence",
    said: "The speech service waited for sound from me, and none came.",
    operator:
      "A stream got no audio for 20 seconds. Check this host's network and load; a stream must be fed or ended.",
  },
  "SIS.0305": {
    title: "Lost the thread",
    said: "The speech service lost the thread while it was listening.",
    operator: "An exception in the recognition engine. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0306": {
    title: "Didn't finish listening",
    said: "The speech service couldn't listen to the end.",
    operator: "An exception during recognition. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0307": {
    title: "The work was dropped",
    said: "The speech service dropped this recording while working on it.",
    operator: "An exception in the recognition task. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0309": {
    title: "Too long in one go",
    said: "This went on for longer than the speech service listens in one go.",
    action: "A pause now and then, or a shorter recording, helps.",
    operator: "A stream is over its limit: 60 s in short-stream, 5 h in continue-stream and sentence-stream.",
  },
  "SIS.0601": {
    title: "A wrong detail",
    said: "One of the details I gave the speech service was wrong.",
    operator:
      "A parameter of recognition is missing or invalid. Check SIS_PROPERTY and the other SIS_ settings.",
  },
  "SIS.0602": {
    title: "Unknown kind of sound",
    said: "The speech service can't read this kind of recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The encoding is not supported by the sentence interface. Check the encoding that is sent.",
  },
  "SIS.0604": {
    title: "Too big or too small",
    said: "This recording is too big, or too small, for the speech service.",
    action: "A recording of a few seconds to a minute works best.",
    operator:
      "The size is out of range; Base64 adds a third. Lower SIS_MAX_BASE64_BYTES or SIS_MAX_CLIP_SECONDS.",
  },
  "SIS.0605": {
    title: "Recognition broke down",
    said: "The speech service broke down over this recording.",
    operator: "An internal error of recognition. If it stays, ask Huawei's support with the trace id.",
  },
  "SIS.0608": {
    title: "A link it won't take",
    said: "The speech service doesn't take the link I gave it.",
    operator: "The URL must be an OBS object of the same region as the service.",
  },
  "SIS.0609": {
    title: "Couldn't collect it",
    said: "The speech service couldn't collect the recording from where I had put it.",
    operator: "The download from OBS failed: make the object public-read, or authorize SIS to read OBS.",
  },
  "SIS.0002": {
    title: "An error without a name",
    said: "The speech service answered with an error that it doesn't explain anywhere.",
    operator:
      "SIS.0002 stands in the vendor's examples only, without a meaning. Treat it as unknown and ask Huawei's support with the trace id.",
  },
  "SIS.0005": {
    title: "Nobody at this address",
    said: "There is no speech service at the address I was given.",
    operator:
      "The service does not exist there: check SIS_ENDPOINT and SIS_REGION, and that SIS is activated.",
  },
  "SIS.0312": {
    title: "Full house",
    said: "The speech service is already working on as many of our recordings as it takes at once.",
    operator:
      "Too many requests at the same time for this account. Lower SIS_MAX_QPS, or ask Huawei for more.",
  },
} as const satisfies Record<keyof typeof sisCodes, ProblemSentences>;
