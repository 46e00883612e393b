import type { ProblemSentences } from "../../language.ts";
import type { Reason } from "../../problem.ts";

export const reasons = {
  "empty-file": {
    title: "Empty file",
    said: "This file is empty: nothing was recorded in it.",
    action: "Please record it once more.",
    operator: "The file has no bytes. The upload was probably interrupted.",
  },
  "not-audio": {
    title: "Not a recording",
    said: "This file isn't a recording that I can read.",
    action: "I understand the usual audio and video files, such as MP3, M4A, WAV, OGG and MP4.",
    operator: "The bytes are none of the known audio or video containers, whatever the name says.",
  },
  "no-audio-track": {
    title: "No sound",
    said: "This video has no sound.",
    action: "Please choose one with a sound track.",
    operator: "The container was read and holds no audio stream.",
  },
  damaged: {
    title: "Damaged recording",
    said: "I couldn't read this recording: the file is damaged.",
    action: "Sending it again usually helps.",
    operator: "The container is recognized, but no audio could be read from it.",
  },
  protected: {
    title: "Copy-protected",
    said: "This recording is copy-protected, so I can't listen to it.",
    action: "Please choose one without protection.",
    operator: "The file says that its sound is encrypted (DRM). Nothing was sent anywhere.",
  },
  "too-long": {
    title: "Too long",
    said: "This recording is longer than I'm set up for.",
    said_known: "This recording is longer than {{limitMinutes, minutes}}, which is my limit here.",
    action: "Please send it in shorter pieces.",
    operator: "MAX_AUDIO_MINUTES sets the limit. It is checked before decoding and again while decoding.",
  },
  "decoder-missing": {
    title: "A program is missing",
    said: "I can't open this kind of recording: a program that I need for it isn't installed here.",
    action: "Voice notes recorded in Discord still work. Please tell the people who run this bot.",
    operator: "ffmpeg was not found. On Debian: apt-get install ffmpeg.",
  },
  "decoder-failed": {
    title: "Couldn't be opened",
    said: "I couldn't open this recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "ffmpeg gave up on the file: it is damaged, encrypted, or its codec is not built in.",
  },
  "decoder-timeout": {
    title: "Took too long to open",
    said: "Opening this recording took too long, so I stopped.",
    action: "A shorter file, or the same one as MP3 or WAV, usually works.",
    operator: "Decoding hit its deadline: the machine is overloaded, or the file was made to be slow.",
  },
  "service-credentials": {
    title: "The service refused the bot",
    said: "The speech service doesn't let this bot in.",
    operator:
      "The credentials were refused. Check the keys or the login, and that they belong to the region.",
  },
  "service-rejected": {
    title: "The service declined",
    said: "The speech service didn't take this recording.",
    operator: "The request was refused and would be refused again. Check the service's settings.",
  },
  "service-throttled": {
    title: "Too many requests",
    said: "The speech service asked me to slow down.",
    operator: "More requests than the account may make. Lower SIS_MAX_QPS, or ask for a higher quota.",
  },
  "service-unavailable": {
    title: "The service is down",
    said: "The speech service isn't working right now.",
    operator: "The service or the way to it is down. Check its status page and this host's network.",
  },
  "service-timeout": {
    title: "No answer",
    said: "The speech service didn't answer in time.",
    operator: "No answer before the deadline. SIS_TIMEOUT_SECONDS sets it; check the network and the load.",
  },
  "service-malformed": {
    title: "An answer nobody can read",
    said: "The speech service answered with something I couldn't read.",
    operator: "The answer is not the JSON that is documented. Is a proxy or a login page in between?",
  },
  "too-large": {
    title: "Too large",
    said: "This file is larger than I'm set up for.",
    said_known: "This file is larger than {{limitMegabytes, megabytes}}, which is my limit here.",
    action: "Please send it in shorter pieces, or as a smaller file.",
    operator: "MAX_DOWNLOAD_MB sets the limit.",
  },
  "download-refused": {
    title: "Not stored on Discord",
    said: "This file isn't stored on Discord, so I left it alone.",
    action: "Please attach it to a message and try again.",
    operator:
      "The origin, or that of a redirect, is not in DISCORD_CDN_ORIGINS; nothing was requested from it.",
  },
  "download-failed": {
    title: "Couldn't be fetched",
    said: "I couldn't fetch the recording from Discord.",
    action: "Trying again in a minute usually helps.",
    operator: "The download failed. Check this host's network and Discord's status.",
  },
  "download-gone": {
    title: "No longer there",
    said: "This recording is no longer there: it was deleted, or its link has expired.",
    action: "Please send it again.",
    operator: "The CDN refused the link, and a fresh one for the same message too.",
  },
  "download-timeout": {
    title: "Fetching took too long",
    said: "Fetching the recording from Discord took too long.",
    action: "Please try again in a minute.",
    operator: "The download stalled or hit its deadline. Check this host's network.",
  },
  "no-audio": {
    title: "No audio",
    said: "There is no audio in this message.",
    action: "Please choose one with a voice note, an audio file or a video.",
    operator: "No attachment, forwarded ones included, is audio or video by its type or its name.",
  },
  "content-hidden": {
    title: "Hidden from me",
    said: "Discord doesn't show me the recordings in this channel.",
    action:
      "To have this one transcribed, open its menu (right-click it, or press and hold), choose **Apps** and then **Transcribe**.",
    operator:
      "The Message Content intent is off. Switch it on in Discord's developer portal and start again.",
  },
  "opted-out": {
    title: "Opted out",
    said: "Whoever recorded this has asked not to be transcribed, so I left it alone.",
    action: "Only they can change that, with `/privacy opt-in`.",
    operator: "The author is opted out; nothing was downloaded.",
  },
  "member-minutes": {
    title: "Your minutes are used up",
    said: "Your minutes for today are used up in this server.",
    said_known:
      "In this server everybody has {{limitMinutes, minutes}} a day, and yours are used up. There are new ones at {{time}}.",
    action: "Retry works from then on.",
    operator: "A server setting (`/settings show`), counted by days in UTC.",
  },
  "server-minutes": {
    title: "This server's minutes are used up",
    said: "This server's minutes for today are used up.",
    said_known:
      "This server has {{limitMinutes, minutes}} a day for everybody together, and they are used up. There are new ones at {{time}}.",
    action: "Retry works from then on.",
    operator: "A server setting (`/settings show`), counted by days in UTC.",
  },
  "no-access": {
    title: "Out of reach",
    said: "That message is in a place that you or I can't read.",
    action: "Please choose one in a channel that we can both see.",
    operator: "The asking member or the bot lacks View Channel or Read Message History there.",
  },
  "missing-permission": {
    title: "A permission is missing",
    said: "I'm not allowed to do that here.",
    said_known: "I'm not allowed to do that here: I'm missing the permission {{permission}}.",
    action: "Somebody who manages this server can grant it.",
    operator: "Grant the bot's role the permission in this channel or category.",
  },
  "disk-full": {
    title: "Out of space",
    said: "I've run out of space to work in.",
    action: "Please tell the people who run this bot, and try again later.",
    operator:
      "The disk that holds DATA_DIR is full, or PostgreSQL or Redis has no room left. Free some space; nothing else needs doing.",
  },
  storage: {
    title: "My storage can't be used",
    said: "I can't get at what I keep at the moment, so this is not done.",
    action: "Please tell the people who run this bot, and try again later.",
    operator:
      "The database is locked, damaged, read-only or out of reach. The log has the cause at the same moment, and `npm run earshot -- doctor` looks for it.",
  },
  interrupted: {
    title: "Interrupted",
    said: "I was restarted while I was working on this.",
    action: "Please try again.",
    operator: "The process was stopped before the answer could be given.",
  },
  internal: {
    title: "My mistake",
    said: "Something went wrong on my side.",
    action: "Please try again; if it stays like this, tell the people who run this bot.",
    operator: "An unexpected error. The log has its code at the same moment.",
  },
} as const satisfies Record<Reason, ProblemSentences>;
