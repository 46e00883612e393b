import type { earshotCodes, unknownCodes } from "../../catalogue/earshot.ts";
import type { ProblemSentences } from "../../language.ts";

export const earshot = {
  TIMEOUT: {
    title: "No answer in time",
    said: "I waited for the speech service, but it didn't answer in time.",
    operator:
      "No answer before the deadline, which SIS_TIMEOUT_SECONDS sets. Check this host's network and how busy the service is.",
  },
  MALFORMED: {
    title: "A garbled answer",
    said: "The speech service's answer arrived garbled.",
    operator:
      "The answer is not the JSON that is documented. A proxy or a login page in between answers like this.",
  },
  "QUOTA.FULL": {
    title: "Everybody at once",
    said: "So much is waiting for its turn at the speech service that there's no room for more right now.",
    operator:
      "Too many calls wait for the quota. They drain at SIS_MAX_QPS a second; a higher quota drains them sooner.",
  },
  "QUOTA.CLOSED": {
    title: "Just stopping",
    said: "I'm just being stopped, so I can't ask the speech service any more.",
    operator: "The process was shutting down. Work that was begun goes on after the restart.",
  },
  "QUEUE.FULL": {
    title: "A long line",
    said: "So many recordings are waiting already that I can't take another one right now.",
    operator:
      "The queue for the service is full. It drains by itself; a higher quota (SIS_MAX_QPS) drains it sooner.",
  },
  "CLIP.RATE": {
    title: "The wrong sound quality",
    said: "I prepared this recording in a sound quality that the recognizer doesn't take.",
    operator: "The clip's sample rate is not the recognizer's. That is a fault in Earshot; please report it.",
  },
  "CLIP.TOO_LONG": {
    title: "A piece too long",
    said: "I cut a piece of this recording that is longer than the recognizer takes.",
    operator: "A clip is over the recognizer's limit. That is a fault in Earshot; please report it.",
  },
  "RECORDING.LATE": {
    title: "Not done in time",
    said: "The speech service didn't finish this recording in the time it promises.",
    operator:
      "Alibaba and Tencent promise a result within 3 hours, Alibaba on a trial within 24 (ALIBABA_PLAN). The task was given up; if this repeats, ask the vendor's support.",
  },
  "POCKETSPHINX.MISSING": {
    title: "The built-in recognizer is missing",
    said: "My built-in recognizer isn't installed here.",
    operator: "On Debian: apt-get install libpocketsphinx3 pocketsphinx-en-us. Then start again.",
  },
  "POCKETSPHINX.CRASHED": {
    title: "The built-in recognizer stopped",
    said: "My built-in recognizer stopped in the middle; it's starting again.",
    operator: "The recognizer's worker ended unexpectedly and was replaced. If it repeats, check memory.",
  },
  "POCKETSPHINX.CLOSED": {
    title: "The built-in recognizer is closing",
    said: "My built-in recognizer is just being switched off.",
    operator: "The process was shutting down. Work that was begun goes on after the restart.",
  },
  "POCKETSPHINX.DETECTOR": {
    title: "The built-in recognizer can't tell speech",
    said: "My built-in recognizer can't find out where speech is in a recording.",
    operator:
      "Silero's model could not be loaded. Run npm ci again; onnxruntime-node needs glibc and x64 or arm64.",
  },
  "LANGUAGE.UNHEARD": {
    title: "A language I don't hear",
    said: "I can't write down that language here.",
    action: "Please choose one of the languages that are offered.",
    operator:
      "The recognizer has no model for the language that was asked for. docs/recognizers says what each one hears.",
  },
} as const satisfies Record<keyof typeof earshotCodes, ProblemSentences>;

export const unknown = {
  "unknown:access": {
    title: "Access refused",
    said: "The speech service refused to let me in, for a reason that is new to me.",
    operator:
      "{{code}} is not in the catalogue; HTTP {{httpStatus}} means that the credentials or their rights were refused. The vendor's support can say more by the trace id.",
  },
  "unknown:busy": {
    title: "Asked to wait",
    said: "The speech service wants me to wait, for a reason that is new to me.",
    operator:
      "{{code}} is not in the catalogue; HTTP {{httpStatus}} means too many requests. Lower SIS_MAX_QPS if it keeps coming.",
  },
  "unknown:4xx": {
    title: "An unknown refusal",
    said: "The speech service turned this recording down with an answer that is new to me.",
    operator:
      "{{code}} is not in the catalogue; HTTP {{httpStatus}} means that the request was refused. The vendor's support can say more by the trace id.",
  },
  "unknown:5xx": {
    title: "An unknown failure",
    said: "The speech service failed in a way that is new to me.",
    operator:
      "{{code}} is not in the catalogue; HTTP {{httpStatus}} means a failure on the service's side. If it stays, ask the vendor's support with the trace id.",
  },
  "unknown:network": {
    title: "The way is blocked",
    said: "I couldn't get through to the speech service.",
    operator: "{{code}}: the connection failed. Check this host's network, DNS, firewall and proxy.",
  },
  "unknown:certificate": {
    title: "An identity card in doubt",
    said: "I couldn't make sure that it's really the speech service who answers.",
    operator:
      "{{code}}: the TLS connection was not trusted. Check the endpoint, the clock, and proxies that intercept TLS.",
  },
} as const satisfies Record<keyof typeof unknownCodes, ProblemSentences>;
