import { describe, expect, test } from "vitest";

import { createExplain } from "../../src/explanations/create-explain.ts";
import type { Explanation, Locale } from "../../src/explanations/explain.ts";

const explain = createExplain();
const about = (code: string, locale: Locale = "en"): Explanation =>
  explain({ reason: "service-unavailable", code }, locale);
const unknown: Record<Locale, string> = { en: about("NEW.1").said, zh: about("NEW.1", "zh").said };

/** The status codes of recording-file recognition, as its document lists them. */
const alibabaStatus = [
  ..."21050000 21050001 21050002 21050003".split(" "),
  ..."41050001 41050002 41050003 41050004 41050005 41050006 41050007 41050008 41050009 41050010".split(" "),
  ..."41050011 41050012 41050013 41050014 41050015 41050021 41050023 41050024 41050025 41050026".split(" "),
  ..."51050000 51050001 51050002 51050003 51050004 51050005 51050006".split(" "),
];
const alibabaGateway = [
  ..."Throttling.User SignatureDoesNotMatch InvalidAccessKeyId.NotFound InvalidTimeStamp.Expired".split(" "),
  ..."SignatureNonceUsed ServiceUnavailable InternalError".split(" "),
];

/** API 3.0 by family, whose name is a code of its own. */
const tencentFamilies: Record<string, string> = {
  AuthFailure:
    "CheckResourceResponseCodeError UnauthorizedOperation InvalidAuthorization InvalidSecretId MFAFailure SecretIdNotFound SignatureExpire SignatureFailure TokenFailure",
  FailedOperation:
    "CheckAuthInfoFailed ErrorDownFile ErrorRecognize NoSuchTask ServiceIsolate UserHasNoAmount UserHasNoFreeAmount UserNotRegistered",
  InternalError:
    "ErrorConfigure ErrorCreateLog ErrorDownFile ErrorFailNewprequest ErrorFailWritetodb ErrorFileCannotopen ErrorGetRoute ErrorMakeLogpath ErrorRecognize FailAccessDatabase FailAccessRedis",
  InvalidParameter:
    "ErrorContentlength ErrorParamsMissing ErrorParsequest FileEncode InvalidVocabState ModelState",
  InvalidParameterValue:
    "ErrorInvalidAppid ErrorInvalidClientip ErrorInvalidEngservice ErrorInvalidProjectid ErrorInvalidRequestid ErrorInvalidSourcetype ErrorInvalidSubservicetype ErrorInvalidUrl ErrorInvalidUseraudiokey ErrorInvalidVoiceFormat ErrorInvalidVoicedata ErrorVoicedataTooLong InvalidParameterLength InvalidVocabId InvalidVocabState InvalidWordWeight InvalidWordWeightStr ModelId NoHumanVoice ToState",
  LimitExceeded: "CustomizationFull OnlineFull VocabFull",
  RequestLimitExceeded: "IPLimitExceeded UinLimitExceeded GlobalRegionUinLimitExceeded",
};
const tencentSingle =
  "MissingParameter UnknownParameter RequestSizeLimitExceeded ResponseSizeLimitExceeded ResourceInsufficient ResourceUnavailable ServiceUnavailable InvalidAction NoSuchVersion UnsupportedRegion UnauthorizedOperation IpInBlacklist IpNotInWhitelist";
const tencentApi = [
  ...Object.entries(tencentFamilies).flatMap(([family, members]) => [
    family,
    ...members.split(" ").map((one) => `${family}.${one}`),
  ]),
  ...tencentSingle.split(" "),
];
const tencentNumbers = [
  ..."4000 4001 4002 4003 4004 4005 4006 4007 4008 4009 4010 5000 5001 5002 6001"
    .split(" ")
    .map((number) => `REALTIME.${number}`),
  ..."4001 4002 4003 4004 4005 4006 4007 4008 4009 4010 4011 4012 5001 5002 5003"
    .split(" ")
    .map((number) => `FLASH.${number}`),
  ..."10000 10001 10002 10003 10004 10005 10006 10007".split(" ").map((number) => `TASK.${number}`),
];
const codes = [
  ...[...alibabaStatus, ...alibabaGateway].map((code) => `ALIBABA.${code}`),
  ...[...tencentApi, ...tencentNumbers].map((code) => `TENCENT.${code}`),
];

test("the documents' tables are whole", () => {
  expect(alibabaStatus).toHaveLength(31);
  expect(tencentApi).toHaveLength(80);
  expect(tencentNumbers).toHaveLength(38);
});

describe.each(["en", "zh"] as const)("in %s", (locale) => {
  test.each(codes)("%s is explained", (code) => {
    const explanation = about(code, locale);
    expect(explanation.said).not.toBe(unknown[locale]);
    expect(explanation.subtext).toBe(code);
    for (const field of ["title", "said", "action", "operator"] as const) {
      expect(explanation[field]).toMatch(/\S/);
      expect(explanation[field]).not.toMatch(/\{\{|undefined/);
    }
  });
});

test("trying Alibaba again helps after its own failures, while it works, and where it was asked too fast", () => {
  const again = [...alibabaStatus, ...alibabaGateway].filter((code) => about(`ALIBABA.${code}`).retryable);
  expect(again).toEqual([
    "21050001",
    "21050002",
    "41050026",
    ...alibabaStatus.filter((code) => code.startsWith("5")),
    "Throttling.User",
    "SignatureNonceUsed",
    "ServiceUnavailable",
    "InternalError",
  ]);
});

test("trying Tencent again helps after internal failures and limits of rate", () => {
  const again = tencentApi.filter((code) => about(`TENCENT.${code}`).retryable);
  expect(again).toEqual([
    "FailedOperation",
    "FailedOperation.ErrorRecognize",
    ...tencentApi.filter((code) => code.startsWith("InternalError")),
    ...tencentApi.filter((code) => code.startsWith("RequestLimitExceeded")),
    "ResourceInsufficient",
    "ResourceUnavailable",
    "ServiceUnavailable",
  ]);
});

test.each([
  ["TENCENT.FLASH.4002", "TENCENT.REALTIME.4002"],
  ["TENCENT.FLASH.5001", "TENCENT.REALTIME.5001"],
  ["TENCENT.FailedOperation.NewSince", "TENCENT.FailedOperation"],
  ["TENCENT.InvalidParameterValue.ErrorNew", "TENCENT.InvalidParameterValue"],
])("%s is explained as %s", (code, as) => {
  expect(about(code)).toEqual({ ...about(as), subtext: code });
});

test("flash recognition's 4008 is another one than the socket's", () => {
  expect(about("TENCENT.FLASH.4008").said).not.toBe(about("TENCENT.REALTIME.4008").said);
});

test.each(["TENCENT.New.Code", "TENCENT.REALTIME.9999", "TENCENT.FLASH.9999", "ALIBABA.61050000"])(
  "%s is not taken for another code",
  (code) => {
    expect(about(code).said).toBe(unknown["en"]);
  },
);

/** Tencent's FAQ (seed 003): its questions, the codes they come with, and what an operator has to be told about. */
const faq: readonly (readonly [question: string, codes: string, en: RegExp, zh: RegExp])[] = [
  [
    "authentication fails over HTTP",
    "AuthFailure.SignatureFailure AuthFailure.SecretIdNotFound REALTIME.4002",
    /TENCENTCLOUD_SECRET/,
    /TENCENTCLOUD_SECRET/,
  ],
  [
    "the URL is invalid",
    "InvalidParameterValue.ErrorInvalidUrl FailedOperation.ErrorDownFile TASK.10007",
    /public|reach|firewall/i,
    /公网|防火墙|访问/,
  ],
  ["the AppId is not registered", "FailedOperation.UserNotRegistered REALTIME.4003", /activate/i, /开通/],
  ["the number of channels does not match", "TASK.10006", /channel/i, /声道/],
  [
    "audio could not be recognized",
    "FailedOperation.ErrorRecognize InternalError.ErrorRecognize",
    /format|VoiceFormat|again|passes/i,
    /格式|重试|再试/,
  ],
  ["authentication fails with the SDK", "REALTIME.4002 FLASH.4002", /grant|sub-account/i, /子账号|授权/],
  ["the upload timed out", "REALTIME.4008", /15|end/i, /15|结束/],
];

test.each(faq)("the FAQ's answer is told where %s", (_, codes, en, zh) => {
  for (const code of codes.split(" ")) {
    expect(about(`TENCENT.${code}`).operator).toMatch(en);
    expect(about(`TENCENT.${code}`, "zh").operator).toMatch(zh);
  }
});
