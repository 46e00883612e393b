import type { iamCodes } from "../../catalogue/iam.ts";
import type { ProblemSentences } from "../../language.ts";

export const iam = {
  "IAM.400": {
    title: "The login was unreadable",
    said: "The login desk of the speech service couldn't read my form.",
    operator:
      "IAM calls the login request invalid. Check IAM_DOMAIN_NAME and IAM_PROJECT_NAME for stray characters.",
  },
  "IAM.401": {
    title: "The login failed",
    said: "I couldn't log in to the speech service.",
    operator:
      "User name, password or domain is wrong, or this is a HUAWEI ID instead of an IAM user. Check IAM_USERNAME, IAM_PASSWORD and IAM_DOMAIN_NAME; repeated failures lock the user, so Earshot waits.",
  },
  "IAM.503": {
    title: "The login desk is closed",
    said: "The login desk of the speech service is closed for the moment.",
    operator: "IAM is unavailable. It usually passes; if not, check Huawei's status page.",
  },
  "IAM.0001": {
    title: "Nobody logged in",
    said: "The speech service wants me to log in first.",
    operator: "IAM got no credentials. Check the IAM_ settings, or HUAWEICLOUD_SDK_AK and _SK.",
  },
  "IAM.0002": {
    title: "The user has no rights",
    said: "The user I log in as has no right to do that.",
    operator: "Grant the IAM user the permission to use SIS in this project.",
  },
  "IAM.0006": {
    title: "A fault at the login desk",
    said: "Something broke at the speech service's login desk.",
    operator: "An internal error of IAM. If it stays, ask Huawei's support with the trace id.",
  },
  "IAM.0011": {
    title: "The login was incomplete",
    said: "My login to the speech service was filled in wrongly.",
    operator: "The body of the login is invalid. Check IAM_USERNAME, IAM_DOMAIN_NAME and IAM_PROJECT_NAME.",
  },
  "IAM.0012": {
    title: "Too many logins",
    said: "The login desk of the speech service is being asked too often.",
    operator: "Logins are throttled. Run fewer processes with this user, or use AK/SK, which need no login.",
  },
  "IAM.0061": {
    title: "The user is locked",
    said: "The user I log in as is locked for a while.",
    operator:
      "Too many wrong passwords locked the user. Correct IAM_PASSWORD, wait until the lock is over, then start again.",
  },
  "IAM.0062": {
    title: "The password is wrong",
    said: "The password I was given for the speech service is wrong.",
    operator: "Correct IAM_PASSWORD. Every further try counts towards a lock.",
  },
  "IAM.0066": {
    title: "The login has run out",
    said: "My login to the speech service has run out.",
    operator: "The token has expired. Check this host's clock.",
  },
  "IAM.0067": {
    title: "The login isn't valid",
    said: "My login to the speech service is no longer valid.",
    operator: "The token is invalid: the password or rights may have changed. Check the IAM user.",
  },
  "IAM.0081": {
    title: "For people only",
    said: "The user I log in as is meant for people, not for bots.",
    operator: "The IAM user may use the console only. Switch on programmatic access for it.",
  },
  "IAM.0082": {
    title: "The user is switched off",
    said: "The user I log in as has been switched off.",
    operator: "The IAM user is disabled. Enable it, or use another one.",
  },
  "IAM.1105": {
    title: "The key has expired",
    said: "The key I was given for the speech service has expired.",
    operator: "The access key (AK) has expired. Create a new pair.",
  },
  "IAM.1107": {
    title: "The key isn't active",
    said: "The key I was given for the speech service isn't switched on.",
    operator: "The access key (AK) is inactive. Activate it on the console.",
  },
  "IAM.1108": {
    title: "The temporary key has expired",
    said: "The temporary key I was given for the speech service has expired.",
    operator: "The security token has expired. Use permanent keys, or renew it.",
  },
  "IAM.1109": {
    title: "No such project",
    said: "The project I should use at the speech service doesn't exist.",
    operator: "Correct SIS_PROJECT_ID or IAM_PROJECT_NAME; project and region belong together.",
  },
  "IAM.NO_PROJECT": {
    title: "No project to work in",
    said: "I could log in to the speech service, but found no place there to work in.",
    operator:
      "IAM knows no single project of that name. Set SIS_PROJECT_ID (My Credentials in the console has it), or check SIS_REGION and IAM_PROJECT_NAME.",
  },
} as const satisfies Record<keyof typeof iamCodes, ProblemSentences>;
