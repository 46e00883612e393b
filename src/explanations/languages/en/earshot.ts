import type { unknownCodes } from "../../catalogue/earshot.ts";
import type { ProblemSentences } from "../../language.ts";

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
} as const satisfies Record<keyof typeof unknownCodes, ProblemSentences>;
