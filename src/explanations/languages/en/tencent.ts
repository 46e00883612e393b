import type { tencentAccountCodes, tencentServiceCodes } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentAccount = {
  "TENCENT.AuthFailure": {
    title: "Wasn't let in",
    said: "I wasn't let into the speech service.",
    operator: "The signature or the permission was refused. Check the keys and the CAM policy.",
  },
  "TENCENT.AuthFailure.CheckResourceResponseCodeError": {
    title: "No looking things up",
    said: "I may not look things up at the speech service.",
    operator: "The account may not query. Grant the permission in CAM.",
  },
  "TENCENT.AuthFailure.UnauthorizedOperation": {
    title: "Not shared with this account",
    said: "Whoever owns the account hasn't shared the speech service with the part of it I work with.",
    operator: "A sub-account without permission: have the main account grant it in CAM.",
  },
  "TENCENT.AuthFailure.InvalidAuthorization": {
    title: "A wrong introduction",
    said: "I introduced myself to the speech service in the wrong form.",
    operator: "The Authorization header is malformed. Look for a proxy that rewrites it.",
  },
  "TENCENT.AuthFailure.InvalidSecretId": {
    title: "Not a key",
    said: "What I was given as a key for the speech service isn't one.",
    operator: "TENCENTCLOUD_SECRET_ID is no API key. Create an API key pair.",
  },
  "TENCENT.AuthFailure.MFAFailure": {
    title: "A second proof is missing",
    said: "The speech service wanted a second proof of who I am and didn't get it.",
    operator: "MFA failed. Use a key that needs no MFA.",
  },
  "TENCENT.AuthFailure.SecretIdNotFound": {
    title: "A key nobody knows",
    said: "The speech service doesn't know the key I was given.",
    operator: "TENCENTCLOUD_SECRET_ID is unknown, disabled, or has stray blanks.",
  },
  "TENCENT.AuthFailure.SignatureExpire": {
    title: "Clocks too far apart",
    said: "My clock and the speech service's clock are too far apart.",
    operator: "This host's clock differs by more than five minutes. Correct it.",
  },
  "TENCENT.AuthFailure.SignatureFailure": {
    title: "Signature not accepted",
    said: "The speech service doesn't accept my signature.",
    operator: "The signature is wrong. Check TENCENTCLOUD_SECRET_KEY for mistakes and stray blanks.",
  },
  "TENCENT.AuthFailure.TokenFailure": {
    title: "Short-lived pass refused",
    said: "The short-lived pass that I was given isn't accepted.",
    operator: "The temporary token is wrong or expired. Renew it.",
  },
  "TENCENT.UnauthorizedOperation": {
    title: "Needs more leave",
    said: "What I wanted to do at the speech service needs leave that I don't have.",
    operator: "The account is not authorized for this operation. Grant it in CAM.",
  },
  "TENCENT.IpInBlacklist": {
    title: "Blocked",
    said: "The speech service has blocked the place I call from.",
    operator: "This host's address is on a black list. Change the policy.",
  },
  "TENCENT.IpNotInWhitelist": {
    title: "Not among the chosen",
    said: "The place I call from isn't among those the speech service lets in.",
    operator: "This host's address is not on the white list. Change the policy.",
  },
  "TENCENT.UnsupportedRegion": {
    title: "Not in that region",
    said: "The speech service doesn't exist in the region I was given.",
    operator: "The region is not supported. Correct it, or leave it out.",
  },
  "TENCENT.FailedOperation.CheckAuthInfoFailed": {
    title: "The account couldn't be checked",
    said: "The speech service couldn't check the account I work with.",
    operator: "The account check failed. Check the account on the console.",
  },
  "TENCENT.FailedOperation.ServiceIsolate": {
    title: "An unpaid bill",
    said: "The account behind this bot is closed off until its bill is paid.",
    operator: "The service is suspended for arrears. Top up.",
  },
  "TENCENT.FailedOperation.UserHasNoAmount": {
    title: "The paid time is used up",
    said: "The listening time that was paid for is used up.",
    operator: "The paid quota is used up. Buy more.",
  },
  "TENCENT.FailedOperation.UserHasNoFreeAmount": {
    title: "The free time is used up",
    said: "This month's free listening time is used up.",
    operator: "The free monthly quota is used up. Enable pay-as-you-go, or wait for next month.",
  },
  "TENCENT.FailedOperation.UserNotRegistered": {
    title: "Not switched on",
    said: "The speech service hasn't been switched on for this bot yet.",
    operator: '"Unregistered AppId": activate ASR on the console for this account.',
  },
  "TENCENT.LimitExceeded": {
    title: "At the limit",
    said: "A limit of the account behind this bot is reached.",
    operator: "A quota is exceeded. Ask for more.",
  },
  "TENCENT.LimitExceeded.CustomizationFull": {
    title: "Too many models",
    said: "There are as many custom speech models as there may be.",
    operator: "The number of custom models is at its limit. Delete some.",
  },
  "TENCENT.LimitExceeded.OnlineFull": {
    title: "Too many models in use",
    said: "As many custom speech models are in use as there may be.",
    operator: "The number of online models is at its limit. Take some offline.",
  },
  "TENCENT.LimitExceeded.VocabFull": {
    title: "No room for another list",
    said: "There's no room for another list of special words.",
    operator: "The number of hot-word tables is at its limit. Delete some.",
  },
  "TENCENT.RequestLimitExceeded": {
    title: "Asked too often",
    said: "I'm asking the speech service more often than it allows.",
    operator: "The rate limit is reached. Lower the rate, or ask for more.",
  },
  "TENCENT.RequestLimitExceeded.IPLimitExceeded": {
    title: "Too much from one place",
    said: "Too many questions reach the speech service from where I am.",
    operator: "The rate limit of this address is reached. Lower the rate.",
  },
  "TENCENT.RequestLimitExceeded.UinLimitExceeded": {
    title: "Too much from one account",
    said: "The account behind this bot is asking the speech service too often.",
    operator: "The rate limit of the account is reached. Check what else uses it.",
  },
  "TENCENT.RequestLimitExceeded.GlobalRegionUinLimitExceeded": {
    title: "Too much around the world",
    said: "The account behind this bot is asking too often, everywhere in the world together.",
    operator: "The rate limit of the account over all regions is reached. Check what else uses it.",
  },
} as const satisfies Record<keyof typeof tencentAccountCodes, ProblemSentences>;

export const tencentService = {
  "TENCENT.FailedOperation": {
    title: "Not done",
    said: "The speech service couldn't do what I asked of it.",
    operator: "The operation failed. Try again once; then ask the support with the request id.",
  },
  "TENCENT.FailedOperation.ErrorDownFile": {
    title: "The download failed",
    said: "The speech service couldn't download this recording.",
    operator:
      "The link must be public and reachable, without firewall or private address. An expired link must be renewed.",
  },
  "TENCENT.FailedOperation.ErrorRecognize": {
    title: "Nothing recognized",
    said: "The speech service couldn't recognize anything in this file.",
    action: "Trying again, or saving it as MP3 or WAV first, may help.",
    operator: '"Failed to recognize audio": VoiceFormat must equal the real format; then try again once.',
  },
  "TENCENT.FailedOperation.NoSuchTask": {
    title: "Forgotten",
    said: "The speech service no longer remembers this recording.",
    operator: "The TaskId is unknown or older than 24 hours. Submit again.",
  },
  "TENCENT.InternalError": {
    title: "A fault within",
    said: "Something went wrong within the speech service.",
    operator: "An internal error. Try again; ask the support with the request id if it stays.",
  },
  "TENCENT.InternalError.ErrorConfigure": {
    title: "Not set up right",
    said: "The speech service isn't set up right on its own side.",
    operator: "Its internal configuration failed. Try again.",
  },
  "TENCENT.InternalError.ErrorCreateLog": {
    title: "No notebook",
    said: "The speech service couldn't open its own notebook.",
    operator: "Its internal logging failed. Try again.",
  },
  "TENCENT.InternalError.ErrorDownFile": {
    title: "Failed in mid-download",
    said: "The speech service failed while it was downloading the recording.",
    operator: "The download failed inside the service. Check the link, then try again.",
  },
  "TENCENT.InternalError.ErrorFailNewprequest": {
    title: "No room to start",
    said: "The speech service had no room to start on this.",
    operator: "An internal allocation failed. Try again.",
  },
  "TENCENT.InternalError.ErrorFailWritetodb": {
    title: "Not written down",
    said: "The speech service couldn't write down what it was doing.",
    operator: "A database write inside the service failed. Try again.",
  },
  "TENCENT.InternalError.ErrorFileCannotopen": {
    title: "Not opened again",
    said: "The speech service took the recording in and couldn't open it again.",
    operator: "A file inside the service could not be opened. Try again.",
  },
  "TENCENT.InternalError.ErrorGetRoute": {
    title: "Lost its way",
    said: "The speech service couldn't find its own way.",
    operator: "Routing inside the service failed. Try again.",
  },
  "TENCENT.InternalError.ErrorMakeLogpath": {
    title: "No place for notes",
    said: "The speech service couldn't find a place for its notes.",
    operator: "A log path inside the service could not be made. Try again.",
  },
  "TENCENT.InternalError.ErrorRecognize": {
    title: "Failed while recognizing",
    said: "The speech service failed while it was recognizing this.",
    operator:
      "Recognition failed inside the service. Try again; check that the format is the real one if it repeats.",
  },
  "TENCENT.InternalError.FailAccessDatabase": {
    title: "No records",
    said: "The speech service couldn't get at its records.",
    operator: "A database inside the service failed. Try again.",
  },
  "TENCENT.InternalError.FailAccessRedis": {
    title: "No short-term memory",
    said: "The speech service couldn't get at its short-term memory.",
    operator: "A cache inside the service failed. Try again.",
  },
  "TENCENT.RequestSizeLimitExceeded": {
    title: "Too large for the way",
    said: "This recording is too large for the way to the speech service.",
    action: "Please send it in shorter pieces.",
    operator: "The request is over its size limit. Send shorter clips.",
  },
  "TENCENT.ResponseSizeLimitExceeded": {
    title: "An answer too large",
    said: "The answer was too large for the speech service to send.",
    operator: "The response is over its size limit. Ask for less, as without word times.",
  },
  "TENCENT.ResourceInsufficient": {
    title: "Short of room",
    said: "The speech service is short of room right now.",
    operator: "Resources are short. Try again later.",
  },
  "TENCENT.ResourceUnavailable": {
    title: "Can't be had now",
    said: "What I need at the speech service can't be had right now.",
    operator: "A resource is not available. Try again later.",
  },
  "TENCENT.ServiceUnavailable": {
    title: "Down for now",
    said: "The speech service is down for now.",
    operator: "The service is unavailable. Try again later; check the status page.",
  },
} as const satisfies Record<keyof typeof tencentServiceCodes, ProblemSentences>;
