import type { tencentNumbers } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentByNumber = {
  "TENCENT.REALTIME.4000": {
    title: "Too fast",
    said: "I sent the speech service sound faster than it could follow.",
    operator: "At most 3 s of audio within 1 s may be sent.",
  },
  "TENCENT.REALTIME.4001": {
    title: "A detail of the call",
    said: "The speech service found fault with a detail of our conversation.",
    operator: "A parameter is invalid. The message of the service names it.",
  },
  "TENCENT.REALTIME.4002": {
    title: "Not believed",
    said: "The speech service didn't believe me when I opened the conversation.",
    operator:
      "Authentication failed: check TENCENT_APP_ID, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and the host's clock (3 minutes at most); a sub-account needs a grant.",
  },
  "TENCENT.REALTIME.4003": {
    title: "Listening not switched on",
    said: "Listening hasn't been switched on for this bot's account.",
    operator: "The service is not activated for the AppID. Activate it on the console.",
  },
  "TENCENT.REALTIME.4004": {
    title: "The package is used up",
    said: "The listening time in this bot's package is used up.",
    operator: "The resource pack is used up. Buy one, or enable pay-as-you-go.",
  },
  "TENCENT.REALTIME.4005": {
    title: "Money is owed",
    said: "The account behind this bot owes the speech service money.",
    operator: "The account is in arrears. Top up.",
  },
  "TENCENT.REALTIME.4006": {
    title: "Too many conversations",
    said: "Too many conversations with the speech service are open at once.",
    operator: "Too many connections at once. Wait and try again, or buy more.",
  },
  "TENCENT.REALTIME.4007": {
    title: "Sound not unpacked",
    said: "The speech service couldn't unpack the sound that it was sent.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The audio could not be decoded: voice_format must agree with the audio.",
  },
  "TENCENT.REALTIME.4008": {
    title: "Silence on the line",
    said: "The speech service heard nothing from me for a quarter of a minute and hung up.",
    operator: "No audio for more than 15 s: send audio, or the end packet when idle.",
  },
  "TENCENT.REALTIME.4009": {
    title: "Broken off",
    said: "The conversation with the speech service broke off on my side.",
    operator: "The client closed the connection. Connect anew.",
  },
  "TENCENT.REALTIME.4010": {
    title: "Not understood",
    said: "I said something to the speech service that it doesn't understand.",
    operator: "An unknown text message was sent; only the end packet is known.",
  },
  "TENCENT.REALTIME.5000": {
    title: "Overloaded",
    said: "The speech service is overloaded right now.",
    operator: "Overload or network trouble. Start a new recognition with a new voice_id.",
  },
  "TENCENT.REALTIME.5001": {
    title: "Can't keep up",
    said: "The speech service can't keep up right now.",
    operator: "Overload or network trouble. Start a new recognition with a new voice_id.",
  },
  "TENCENT.REALTIME.5002": {
    title: "Stuck",
    said: "The speech service got stuck under its load.",
    operator: "Overload or network trouble. Start a new recognition with a new voice_id.",
  },
  "TENCENT.REALTIME.6001": {
    title: "Calls from abroad",
    said: "The speech service doesn't take calls from abroad at this address.",
    operator:
      "A call from abroad, or through a foreign proxy, to the mainland site. Use the international site, or drop the proxy.",
  },
  "TENCENT.FLASH.4008": {
    title: "Arrived too slowly",
    said: "The recording took too long to reach the speech service.",
    operator: "The upload timed out. Check this host's upstream bandwidth.",
  },
  "TENCENT.FLASH.4011": {
    title: "Too large a file",
    said: "This recording is a larger file than quick listening takes.",
    action: "Please send it in shorter pieces.",
    operator: "The audio is over 100 MB.",
  },
  "TENCENT.FLASH.4012": {
    title: "Arrived empty",
    said: "The recording was empty when it arrived at the speech service.",
    action: "Please send it again.",
    operator: "The audio is empty.",
  },
  "TENCENT.FLASH.5002": {
    title: "Quick listening failed",
    said: "Quick listening failed on this recording.",
    operator: "Recognition failed. Try again; ask the support if it stays.",
  },
  "TENCENT.FLASH.5003": {
    title: "Quick listening too slow",
    said: "Quick listening took too long on this recording.",
    operator: "Recognition timed out. Try again; ask the support if it stays.",
  },
  "TENCENT.TASK.10000": {
    title: "Not converted",
    said: "The speech service couldn't convert this recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "Transcoding failed: check the format.",
  },
  "TENCENT.TASK.10001": {
    title: "Not put into words",
    said: "The speech service couldn't put this recording into words.",
    operator: "Recognition failed. Submit again; ask the support if it stays.",
  },
  "TENCENT.TASK.10002": {
    title: "Too short",
    said: "This recording is too short for the speech service.",
    action: "A longer one works.",
    operator: "The audio is too short.",
  },
  "TENCENT.TASK.10003": {
    title: "Too long for the service",
    said: "This recording is too long for the speech service.",
    action: "Please send it in shorter pieces.",
    operator: "The audio is too long (5 hours by link).",
  },
  "TENCENT.TASK.10004": {
    title: "Not a valid recording",
    said: "The speech service says that this isn't a valid recording.",
    action: "Saving it as MP3 or WAV and sending that usually helps.",
    operator: "The audio file is invalid.",
  },
  "TENCENT.TASK.10005": {
    title: "No reason given",
    said: "The speech service failed and didn't say why.",
    operator: "Another failure. Submit again; ask the support with the task id if it stays.",
  },
  "TENCENT.TASK.10006": {
    title: "Channels counted wrongly",
    said: "I announced another number of channels than this recording has.",
    operator: '"Audio Channel Num Not Match": ChannelNum must equal the number of channels.',
  },
  "TENCENT.TASK.10007": {
    title: "Not reached",
    said: "The speech service couldn't reach the recording to download it.",
    operator: "The audio could not be downloaded: the link must be public and reachable.",
  },
} as const satisfies Record<keyof typeof tencentNumbers, ProblemSentences>;
