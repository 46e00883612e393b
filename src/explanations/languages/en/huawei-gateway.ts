import type { gatewayCodes } from "../../catalogue/huawei-gateway.ts";
import type { ProblemSentences } from "../../language.ts";

export const gateway = {
  "APIG.0101": {
    title: "Wrong door",
    said: "I knocked at a door that the speech service doesn't have.",
    operator:
      "Path, host or method is unknown to the gateway. Check SIS_ENDPOINT, SIS_REGION and SIS_PROJECT_ID; an endpoint of another service answers like this too.",
  },
  "APIG.0103": {
    title: "Nothing behind the door",
    said: "The speech service's front door leads nowhere right now.",
    operator: "The gateway knows no back end for this API. Ask Huawei's support.",
  },
  "APIG.0104": {
    title: "A piece of the door is missing",
    said: "A piece of the speech service's front door is missing.",
    operator: "A plug-in of the gateway was not found. Ask Huawei's support.",
  },
  "APIG.0105": {
    title: "The door isn't set up",
    said: "The speech service's front door isn't set up completely.",
    operator: "The gateway's configuration of the back end is missing. Ask Huawei's support.",
  },
  "APIG.0106": {
    title: "Got mixed up on the way",
    said: "The details of my request got mixed up on their way into the speech service.",
    operator:
      "Parameters in front of and behind the gateway do not fit. Check the SIS_ settings; else ask support.",
  },
  "APIG.0201:400": {
    title: "An untidy request",
    said: "My request to the speech service wasn't put together properly.",
    operator:
      "The gateway calls the request malformed. Look for a proxy that rewrites it; otherwise report it.",
  },
  "APIG.0201:413": {
    title: "Too large to send",
    said: "This recording is too large to be handed to the speech service in one piece.",
    action: "Please send it in shorter pieces.",
    operator: "The body is over the gateway's 12 MB. Lower SIS_MAX_BASE64_BYTES; SIS itself takes far less.",
  },
  "APIG.0201:414": {
    title: "The address is too long",
    said: "The address I was given for the speech service is too long.",
    operator: "The URI is over 32 KB. Check SIS_ENDPOINT.",
  },
  "APIG.0201:494": {
    title: "The pass is too big",
    said: "The pass I showed the speech service is too big for its door.",
    operator:
      "One header is over 32 KB, or all are over 128 KB: usually an IAM token with many roles. AK/SK (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK) avoids it.",
  },
  "APIG.0201:500": {
    title: "The door is stuck",
    said: "The speech service's front door is stuck.",
    operator: "An unexpected error of the gateway. If it stays, ask Huawei's support with the trace id.",
  },
  "APIG.0201:502": {
    title: "Nobody is in",
    said: "Nobody is in at the speech service right now.",
    operator: "The gateway cannot reach the back end. It usually passes; if not, ask Huawei's support.",
  },
  "APIG.0201:504": {
    title: "No answer from inside",
    said: "The speech service took in the recording, but nothing came back in time.",
    operator:
      "The back end timed out: too many requests at once, too much audio, or a slow line. Lower SIS_MAX_QPS or SIS_MAX_CLIP_SECONDS if it keeps coming.",
  },
  "APIG.0204": {
    title: "The line isn't safe enough",
    said: "The line to the speech service isn't encrypted the way it wants.",
    operator: "The TLS version was refused. A proxy in between must speak TLS 1.2 or later.",
  },
  "APIG.0301": {
    title: "The keys don't fit",
    said: "The keys I was given for the speech service don't fit.",
    operator:
      "Wrong, expired or missing credentials, or this host's clock is off. Check the keys for stray spaces and the clock. More than five refused signatures lock an AK/SK pair for 5 minutes, so Earshot does not try again.",
  },
  "APIG.0302": {
    title: "Not on the guest list",
    said: "The account I work with isn't on the speech service's guest list.",
    operator:
      "The IAM user may not call this API. Grant it the permission for SIS, and check black and white lists.",
  },
  "APIG.0303": {
    title: "The app's keys don't fit",
    said: "The speech service doesn't know the app I call from.",
    operator:
      "App authentication failed. SIS is called with IAM credentials: check that the endpoint is that of SIS.",
  },
  "APIG.0304": {
    title: "The app isn't allowed",
    said: "The app I call from may not use the speech service.",
    operator: "The app is not authorized for this API.",
  },
  "APIG.0305": {
    title: "Credentials refused",
    said: "The speech service's front door turned my credentials down.",
    operator: "The gateway refused the credentials. Check HUAWEICLOUD_SDK_AK and _SK, or the IAM_ settings.",
  },
  "APIG.0306": {
    title: "No entry",
    said: "I may not enter the speech service with the account I have.",
    operator: "Access to the API is denied. Authorize the account for SIS.",
  },
  "APIG.0307": {
    title: "The pass has run out",
    said: "My pass for the speech service has run out, and a new one didn't help.",
    operator:
      "The token is outdated or belongs to another region. Check that IAM_PROJECT_NAME fits SIS_REGION.",
  },
  "APIG.0308": {
    title: "Too many at once",
    said: "The speech service is getting more recordings than it takes at once.",
    operator:
      "Throttled: the account's rate limit is reached. Lower SIS_MAX_QPS if this keeps coming, check what else uses the account, or ask for a higher quota.",
  },
  "APIG.0310": {
    title: "The project is closed",
    said: "The project that pays for the speech service is closed.",
    operator: "The project is unavailable. Use another one: SIS_PROJECT_ID, IAM_PROJECT_NAME.",
  },
  "APIG.0311": {
    title: "A test key",
    said: "The speech service took me for somebody who is testing, and sent me away.",
    operator: "The debugging credentials were refused. Ask Huawei's support.",
  },
  "APIG.0401": {
    title: "Where do we call from?",
    said: "The speech service couldn't tell where I was calling from.",
    operator: "The gateway does not know the client's address. Ask Huawei's support.",
  },
  "APIG.0402": {
    title: "Not from here",
    said: "The speech service doesn't take calls from where I am.",
    operator: "This host's address is on a black list, or not on the white list. Allow it.",
  },
  "APIG.0404": {
    title: "A closed corridor",
    said: "The way from the front door to the speech service is closed.",
    operator: "The back end's address is denied. Ask Huawei's support.",
  },
  "APIG.0501": {
    title: "All calls are used up",
    said: "All the calls that were bought for the speech service are used up.",
    operator: "The call quota is used up. Buy more on the console.",
  },
  "APIG.0502": {
    title: "The account is frozen",
    said: "The account that pays for the speech service is frozen.",
    operator: "The balance is too low. Top up the account; it then works again by itself.",
  },
  "APIG.0601": {
    title: "A fault at the door",
    said: "Something broke at the speech service's front door.",
    operator: "An internal error of the gateway. If it stays, ask Huawei's support with the trace id.",
  },
  "APIG.0602": {
    title: "A request it won't pass on",
    said: "The speech service's front door didn't want to pass my request on.",
    operator: "The gateway calls it a bad request. Check SIS_ENDPOINT and for proxies that rewrite requests.",
  },
  "APIG.0605": {
    title: "The name leads nowhere",
    said: "The front door couldn't find the speech service by its name.",
    operator:
      "The gateway could not resolve a domain name. Check SIS_ENDPOINT; if it is right, ask Huawei's support.",
  },
  "APIG.0606": {
    title: "The door is still opening",
    said: "The speech service's front door hasn't fully opened yet.",
    operator: "The gateway has not loaded the API's configuration. If it stays, ask Huawei's support.",
  },
  "APIG.0607": {
    title: "The wrong kind of line",
    said: "I called the speech service over a kind of line that it doesn't use.",
    operator: "The protocol is not allowed. SIS_ENDPOINT must begin with https://.",
  },
  "APIG.0608": {
    title: "The door lost its own key",
    said: "The speech service's front door couldn't get its own key.",
    operator: "The gateway could not get a token for itself. If it stays, ask Huawei's support.",
  },
  "APIG.0609": {
    title: "The way inside is missing",
    said: "The inner way to the speech service is missing.",
    operator: "The gateway's VPC channel was not found. Ask Huawei's support.",
  },
  "APIG.0610": {
    title: "Nobody free inside",
    said: "There is nobody behind the front door of the speech service to take this.",
    operator: "No back end is available. It usually passes; if not, ask Huawei's support.",
  },
  "APIG.0611": {
    title: "No way through",
    said: "The front door doesn't know which way to send my recordings.",
    operator: "The port of the back end was not found. Ask Huawei's support.",
  },
  "APIG.0612": {
    title: "Going round in circles",
    said: "The speech service's front door keeps calling itself.",
    operator: "The API calls itself. Ask Huawei's support.",
  },
  "APIG.0613": {
    title: "Nobody checks passes",
    said: "The place that checks my pass for the speech service isn't working right now.",
    operator: "IAM is unavailable to the gateway. It usually passes; if not, ask Huawei's support.",
  },
  "APIG.0705": {
    title: "The door can't sign",
    said: "The speech service didn't believe its own front door.",
    operator: "The signature between gateway and back end failed. Ask Huawei's support.",
  },
  "APIG.0802": {
    title: "Not in this region",
    said: "The account I work with may not be used in this part of the world.",
    operator: "The IAM user is forbidden in this region. Use another SIS_REGION, or ask Huawei's support.",
  },
  "APIG.1009": {
    title: "The app's key is invalid",
    said: "The speech service doesn't know the app's key that I was given.",
    operator: "AppKey or AppSecret is invalid. SIS is called with IAM credentials: check SIS_ENDPOINT.",
  },
} as const satisfies Record<keyof typeof gatewayCodes, ProblemSentences>;
