import { askingWords } from "./asking.ts";
import { captionWords } from "./captions.ts";
import { privacyWords } from "./privacy.ts";
import { recordingWords } from "./recordings.ts";
import { searchWords } from "./search.ts";
import { settingsWords } from "./settings.ts";
import { usageWords } from "./usage.ts";

/** What the bot says when nothing went wrong, and the parts its lines are made of. */

export const words = {
  ...askingWords,
  ...captionWords,
  ...recordingWords,
  ...searchWords,
  ...settingsWords,
  ...usageWords,
  ...privacyWords,

  // the line under a transcript
  clear: "clear",
  unsure: "unsure",
  pleaseListen: "please listen",
  noScore: "no score",
  share: "{{percent, number}} %",

  // the answer to a recording
  voiceNote: "voice note",
  someone: "Someone",
  noSpeech: "I couldn't hear anyone speaking in this recording.",
  listening: "Listening…",
  listeningParts_one: "Listening… {{done, number}} of {{count, number}} part",
  listeningParts_other: "Listening… {{done, number}} of {{count, number}} parts",
  fetching: "Fetching the recording…",
  seeFile: "This is how it begins. All of it is in `transcript.txt`.",
  cutShort: "The recording ends in the middle; this is everything up to there.",
  audioLost: "Damaged and left out: {{lostMs, seconds}} of the recording.",
  recordingOf: "Recording {{index, number}} of {{total, number}}",

  // while the service is away
  whenServiceIsBack: "This recording will be transcribed when the service is back.",
  waitedTooLong: "The speech service stayed away for too long, so I stopped waiting.",
  keepTrying: "I'll write the transcript here as soon as it answers.",
  keepTryingHere: "I'll try again by myself and write the transcript here.",

  // the Retry button
  retry: "Retry",
  retrying: "Trying again…",
  retryRunning: "I'm already on it.",
  retryGone: "This can't be tried again: the recording is no longer there.",
  retryDone: "This one is done already.",

  // said once in a server or channel
  introduction:
    "Hello! I write down the voice notes in this server, so that everybody can read them. For that, the audio is sent to {{recognizer}} ({{host}}); I don't keep it. `/privacy show` tells what is kept. If you'd rather not be transcribed: `/privacy opt-out`. Moderators can switch me off with `/settings notes off`.",
  introductionLocal:
    "Hello! I write down the voice notes in this server, so that everybody can read them. The audio is recognized by {{recognizer}} on the machine I run on: it isn't sent anywhere, and I don't keep it. `/privacy show` tells what is kept. If you'd rather not be transcribed: `/privacy opt-out`. Moderators can switch me off with `/settings notes off`.",
  introductionDirect:
    "Hello! Send me voice notes here, and I'll write them down. For that, the audio is sent to {{recognizer}} ({{host}}); I don't keep it. `/privacy show` tells what is kept. If you'd rather not be transcribed, here or anywhere: `/privacy opt-out`.",
  introductionDirectLocal:
    "Hello! Send me voice notes here, and I'll write them down. The audio is recognized by {{recognizer}} on the machine I run on: it isn't sent anywhere, and I don't keep it. `/privacy show` tells what is kept. If you'd rather not be transcribed, here or anywhere: `/privacy opt-out`.",
  contentHidden:
    "Discord doesn't show me recordings in this channel. To have one transcribed, open the message's menu (right-click it, or press and hold), choose **Apps** and then **Transcribe**.",

  // /privacy
  optedOut:
    "Done: from now on your voice is never downloaded, transcribed or captioned, whoever asks. `/privacy opt-in` brings it back.",
  optedOutAlready:
    "You had opted out already; nothing of yours is transcribed. `/privacy opt-in` brings it back.",
  optedIn: "Done: your voice notes are transcribed again. `/privacy opt-out` stops it any time.",
  optedInAlready:
    "You hadn't opted out: your voice notes are transcribed, and you are captioned even where servers caption only those who opted in. `/privacy opt-out` stops it any time.",

  // /settings
  notesOnHere: "Voice notes in this server are now transcribed by themselves.",
  notesOffHere:
    "Voice notes in this server are no longer transcribed by themselves. `/transcribe` still works when somebody asks.",
  notesOnIn: "Voice notes in {{channel}} are now transcribed by themselves.",
  notesOffIn:
    "Voice notes in {{channel}} are no longer transcribed by themselves. `/transcribe` still works when somebody asks.",
  onlyInServers: "This works in servers only.",
  needsManageServer: "Changing this takes the permission **Manage Server**.",

  // /transcribe
  nothingToTranscribe: "Please give me a `file:`, or the link or id of a `message:`.",
  fileOrMessage: "Please give me either a `file:` or a `message:`, not both.",
  notAMessage:
    "That isn't a message link or id. Right-click a message and choose **Copy Message Link** to get one.",
  messageNotFound: "I can't find that message. It may be deleted, or in a place I can't see.",
  continuedInChannel: "That took longer than Discord lets me answer here, so I posted it in {{channel}}.",
  continuedHere: "{{member}}, here is the transcript you asked for:",
  continuedByMessage:
    "That took longer than Discord lets me answer here, so I sent it to you as a direct message.",
  cancelled: "Stopped.",

  // live captions: the stage that lets nothing through, and what helps
  dryPermission:
    "I'm not allowed to listen in this voice channel. Please give me **View Channel** and **Connect** there, and don't deafen me.",
  dryConnection:
    "I lost the voice channel and keep trying to come back. If that takes long, another region in the channel's settings usually helps.",
  dryPackets:
    "Someone is speaking, but Discord sends me no sound. If it stays like this, another region in the channel's settings usually helps.",
  dryDecrypting:
    "The sound I get can't be decrypted. It usually helps to leave the voice channel and come back, or to choose another region in its settings.",
  drySpeech:
    "I get sound, but can't hear anyone speaking in it. Please check that the right microphone is chosen and close enough.",
  dryQuota: "More is being said than I may send to the speech service at once, so captions come late.",
  dryRecognizer:
    "The speech service isn't answering. Captions go on as soon as it does; there's nothing you need to do.",
  dryPosting:
    "I can't post captions where they belong. Please give me **Send Messages** there, in threads too.",

  // live captions
  liveCaptions: "live captions",
  captionsOn:
    "{{member}} switched on live captions for {{channel}}. For that, what is said there is sent to {{recognizer}} ({{host}}); I don't keep the audio. The transcript is posted here at the end. If you'd rather not be captioned: `/privacy opt-out`. `/captions stop` ends it.",
  captionsOnLocal:
    "{{member}} switched on live captions for {{channel}}. What is said there is recognized by {{recognizer}} on the machine I run on: it isn't sent anywhere, and I don't keep the audio. The transcript is posted here at the end. If you'd rather not be captioned: `/privacy opt-out`. `/captions stop` ends it.",
  captionsStarted: "Captions for {{channel}} are on: {{link}}",
  captionsAlready: "Captions for {{channel}} are on already: {{link}}",
  captionsBusy: "I'm captioning {{channel}}, and can be in only one voice channel of a server at a time.",
  captionsNoChannel: "Please join a voice channel first, or name one with `channel:`.",
  captionsNotYours: "That takes being allowed to join {{channel}}.",
  captionsWhereNotYours: "That takes being allowed to write in {{channel}}.",
  captionsTooPublic:
    "More people can read {{channel}} than may join the voice channel, so I don't write there what is said in it. {{link}} would do: name it with `where:`.",
  captionsCannotAnnounce:
    "I may not write in {{channel}}, so I can't announce that I listen, and don't. Please give me the permission to send messages there, or choose another place with `where:`.",
  captionsCannotEnter:
    "I may not join {{channel}}. Please give me the permissions **View Channel** and **Connect** there.",
  captionsCannotJoin:
    "I couldn't get into {{channel}}, so nothing is captioned. Trying again in a minute usually helps.",
  captionsNone: "No captions are running in this server.",
  captionsStopped: "Stopped. The transcript is in {{link}}",
  captionsPaused: "Captions are paused: nothing is heard or written.",
  captionsResumed: "Captions go on.",
  captionsBehind: "captions about {{seconds, number}} s behind",
  captionsGap: "{{seconds, number}} s not transcribed",
  captionsDeafened: "I was deafened, so I'm not listening until a moderator undeafens me.",
  captionsReconnecting:
    "I lost the voice channel and am trying to get back in; what is said meanwhile is missing.",
  captionsHearAgain: "I can hear again.",
  captionsEndStopped: "Captions were stopped.",
  captionsEndAlone: "Everybody has left, so captions ended.",
  captionsEndQuiet: "Nobody spoke for a long time, so captions ended.",
  captionsEndTooLong: "Captions have reached their maximum length and ended.",
  captionsEndRemoved: "I was removed from the voice channel, so captions ended.",
  captionsEndMoved: "I was moved to another voice channel, so captions ended.",
  captionsEndLost: "I couldn't stay in the voice channel, so captions ended.",
  captionsEndRestart: "I'm being restarted, so captions ended.",
  captionsEndInterrupted: "I was interrupted; this is what I had heard.",
  captionsEndFailed: "Something went wrong on my side, so captions ended.",
  captionsAttached: "What was said is attached.",
  captionsNothingSaid: "Nothing was said.",
  captionsTesting: "I'm listening for 10 seconds: please say something.",
  captionsTestHeard: "This is what I heard:",
  captionsTestNothing: "I heard nobody in these 10 seconds. `/captions status` shows where it stops.",
  captionsAutoOn_one: "I'll caption {{channel}} by myself as soon as {{count, number}} person is in it.",
  captionsAutoOn_other: "I'll caption {{channel}} by myself as soon as {{count, number}} people are in it.",
  captionsAutoOff: "I no longer caption by myself in this server.",
  captionsAutoStarter: "My own setting (/captions auto)",
  stageFine: "fine",
  stageConnection: "Voice connection",
  stageSound: "Sound from Discord",
  stageDecryption: "Decryption",
  stageSpeech: "Speech found",
  stageRecognizer: "Speech service",
  stageWriting: "Writing",
  stageWaiting: "nothing yet",
  stageConnecting: "connecting",
  stageReconnecting: "lost, trying again",
  stageDeafened: "deafened by a moderator",
  stagePaused: "paused",
  stageNoKeys: "what comes can't be decrypted",
  stageBehind: "{{seconds, number}} s behind",
  stageTrouble: "trouble: {{code}}",

  // the subtext line of a problem
  trace: "trace {{traceId}}",
  attempt: "attempt {{attempt, number}}",
  nextTryInSeconds: "next try in {{seconds, number}} s",
  nextTryInMinutes: "next try in {{minutes, number}} min",
  nextTryInHours: "next try in {{hours, number}} h",

  // advice that fits a whole kind of trouble
  adviseMember: "Sending it again, or as another file, may help.",
  adviseMemberAgain: "Trying again usually helps.",
  adviseOperator: "There is nothing you need to change. Please tell the people who run this bot.",
  adviseOperatorAgain: "Please try again in a minute.",
  adviseVendor:
    "There is nothing you need to change. If it stays like this, please tell the people who run this bot.",
  adviseVendorAgain: "Trying again in a few minutes usually helps.",
} as const;
