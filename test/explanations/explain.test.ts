import { describe, expect, test } from "vitest";

import { serviceCodes } from "../../src/explanations/catalogue/catalogue.ts";
import { reasons } from "../../src/explanations/catalogue/reasons.ts";
import { createExplain } from "../../src/explanations/create-explain.ts";
import type { Explanation, Locale } from "../../src/explanations/explain.ts";
import type { Problem, Reason } from "../../src/explanations/problem.ts";

const explain = createExplain();
const locales: readonly Locale[] = ["en", "zh"];

/** Section 6.8 of the SIS API reference, number by number. */
const seedNumbers = [
  ..."0001 0003 0012 0022 0023 0024 0031 0032 0033 0100 0101 0102 0103".split(" "),
  ..."0201 0203 0204 0205 0206 0207 0208".split(" "),
  ..."0301 0302 0303 0304 0305 0306 0307 0309".split(" "),
  ..."0401 0402 0410 0411 0412 0413 0414 0415 0416 0417 0418 0419".split(" "),
  ..."0506 0533 0534 0535 0536 0537 0538 0541".split(" "),
  ..."0601 0602 0604 0605 0608 0609 0701 0702".split(" "),
  ..."30003 30004 30006 30007 30008".split(" "),
];
const retryableSeedNumbers = [
  // "try again" or "resend" in the document
  ..."0303 0305 0306 0307 0401 0412 0413 0414 0416 0417 0536 0538 0605".split(" "),
  // one careful repeat where it names only its support
  ..."0001 0033 0100 0302".split(" "),
];
const otherNumbers = ["0002", "0005", "0312"];

/** Number and HTTP status of what the gateway in front of SIS answers. */
const gatewayCases = [
  ..."0101:404 0103:500 0104:500 0105:500 0106:400 0201:400 0201:413 0201:414 0201:494 0201:500".split(" "),
  ..."0201:502 0201:504 0204:400 0301:401 0302:403 0303:401 0304:403 0305:401 0306:403 0307:401".split(" "),
  ..."0308:429 0310:403 0311:401 0401:403 0402:403 0404:403 0501:405 0502:405 0601:500 0602:400".split(" "),
  ..."0605:500 0606:500 0607:400 0608:500 0609:500 0610:502 0611:500 0612:500 0613:503 0705:500".split(" "),
  ..."0802:403 1009:400".split(" "),
].map((one) => {
  const [number = "", status = ""] = one.split(":");
  return { number, httpStatus: Number(status) };
});
const retryableGatewayCases =
  "0201:500 0201:502 0201:504 0308:429 0601:500 0606:500 0608:500 0610:502 0613:503";

const iamNumbers =
  "400 401 503 0001 0002 0006 0011 0012 0061 0062 0066 0067 0081 0082 1105 1107 1108 1109".split(" ");

function ofService(code: string, more: Partial<Problem> = {}): Problem {
  return { reason: "service-unavailable", code, ...more };
}

function known(problem: Problem, locale: Locale): Explanation {
  const explanation = explain(problem, locale);
  const { code = "", ...rest } = problem;
  expect(explanation.said).not.toBe(explain({ ...rest, code: "NEW.1", httpStatus: undefined }, locale).said);
  expect(code).not.toBe("");
  return explanation;
}

function expectWhole(explanation: Explanation): void {
  for (const field of ["title", "said", "action", "operator"] as const) {
    expect(explanation[field]).toMatch(/\S/);
    expect(explanation[field]).not.toMatch(/\{\{|\}\}|undefined|null|\$t\(/);
  }
}

test("the seed's table has 61 codes", () => {
  expect(new Set(seedNumbers).size).toBe(61);
});

describe.each(locales)("in %s", (locale) => {
  test.each([...seedNumbers, ...otherNumbers])("SIS.%s is explained", (number) => {
    const explanation = known(ofService(`SIS.${number}`), locale);
    expectWhole(explanation);
    expect(explanation.subtext).toBe(`SIS.${number}`);
  });

  test.each(gatewayCases)("APIG.$number with HTTP $httpStatus is explained", ({ number, httpStatus }) => {
    expectWhole(known(ofService(`APIG.${number}`, { httpStatus }), locale));
  });

  test.each(iamNumbers)("IAM.%s is explained", (number) => {
    expectWhole(known(ofService(`IAM.${number}`), locale));
  });

  test.each(Object.keys(reasons) as Reason[])("the reason %s is explained", (reason) => {
    expectWhole(explain({ reason }, locale));
  });

  test("no two codes or reasons say the same", () => {
    const problems = [
      ...(Object.keys(reasons) as Reason[]).map((reason): Problem => ({ reason })),
      ...Object.keys(serviceCodes)
        .filter((code) => !code.startsWith("unknown:"))
        .map((code) => {
          const [number = "", status] = code.split(":");
          return ofService(number, status === undefined ? {} : { httpStatus: Number(status) });
        }),
      ...[403, 418, 429, 507].map((httpStatus) => ofService("NEW.1", { httpStatus })),
      ofService("NETWORK.ENEW"),
      ofService("NETWORK.CERT_NEW"),
    ];
    for (const field of ["said", "title"] as const) {
      const texts = problems.map((problem) => explain(problem, locale)[field]);
      expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
    }
  });

  test("members are told in words of every day", () => {
    const jargon =
      /HTTP|API|IAM|OBS|JSON|Base64|token|endpoint|gateway|header|parameter|engine|SIS|_|网关|令牌|参数|接口|引擎|终端节点/i;
    const codes = Object.keys(serviceCodes).filter((code) => !code.startsWith("unknown:"));
    const problems = [
      ...(Object.keys(reasons) as Reason[]).map((reason): Problem => ({ reason })),
      ...codes.map((code) => ofService(code.split(":")[0] ?? "", { httpStatus: Number(code.split(":")[1]) })),
    ];
    const told = problems.flatMap((problem) => {
      const { title, said, action } = explain(problem, locale);
      return [title, said, action].filter((text) => jargon.test(text));
    });
    expect(told).toEqual([]);
  });

  test.each([
    ["unknown:access", 401],
    ["unknown:access", 403],
    ["unknown:4xx", 418],
    ["unknown:busy", 429],
    ["unknown:5xx", 507],
  ])("an unknown code is explained as %s by HTTP %d, with its code and trace id", (_, httpStatus) => {
    const explanation = explain(ofService("SIS.9999", { httpStatus, traceId: "567e8537" }), locale);
    expectWhole(explanation);
    expect(explanation.subtext).toContain("SIS.9999");
    expect(explanation.subtext).toContain("567e8537");
    expect(explanation.operator).toContain("SIS.9999");
    expect(explanation.operator).toContain(String(httpStatus));
  });
});

test.each([
  [401, false],
  [418, false],
  [429, true],
  [500, true],
  [599, true],
])("an unknown code with HTTP %d: trying again helps: %s", (httpStatus, retryable) => {
  expect(explain(ofService("SIS.9999", { httpStatus }), "en").retryable).toBe(retryable);
});

test("HTTP alone is explained by its status, also one that is rare", () => {
  expect(explain(ofService("HTTP.502"), "en").said).toBe(
    "A link in the chain to the speech service is broken.",
  );
  expect(explain(ofService("HTTP.507"), "en").retryable).toBe(true);
  expect(explain(ofService("HTTP.507"), "en").operator).toContain("HTTP 507 means");
  expect(explain({ reason: "service-unavailable", httpStatus: 502 }, "en")).toEqual({
    ...explain(ofService("HTTP.502"), "en"),
    subtext: "",
  });
});

test.each([
  ["NETWORK.CONNECT_TIMEOUT", "NETWORK.UND_ERR_CONNECT_TIMEOUT"],
  ["NETWORK.SOCKET", "NETWORK.UND_ERR_SOCKET"],
])("%s is the same as %s", (code, alias) => {
  expect(explain(ofService(alias), "en")).toEqual({ ...explain(ofService(code), "en"), subtext: alias });
});

test.each([
  ["NETWORK.ENEW", true],
  ["NETWORK.CERT_NEW", false],
  ["NETWORK.ERR_SSL_WRONG_VERSION_NUMBER", false],
])("a fault of the network that is not catalogued, %s: trying again helps: %s", (code, retryable) => {
  const explanation = explain(ofService(code), "en");
  expectWhole(explanation);
  expect(explanation.retryable).toBe(retryable);
  expect(explanation.operator).toContain(code);
});

test("an unknown code without HTTP status is explained by its reason", () => {
  expect(explain({ reason: "service-rejected", code: "SIS.9999" }, "en")).toEqual({
    ...explain({ reason: "service-rejected" }, "en"),
    subtext: "SIS.9999",
  });
});

test("trying SIS again helps where the document says so", () => {
  const retryable = seedNumbers.filter((number) => explain(ofService(`SIS.${number}`), "en").retryable);
  expect(retryable.toSorted()).toEqual(retryableSeedNumbers.toSorted());
  expect(explain(ofService("SIS.0312"), "en").retryable).toBe(true);
});

test("trying the gateway and IAM again helps only where the document says so", () => {
  const retryable = gatewayCases
    .filter(({ number, httpStatus }) => explain(ofService(`APIG.${number}`, { httpStatus }), "en").retryable)
    .map(({ number, httpStatus }) => `${number}:${httpStatus}`);
  expect(retryable.join(" ")).toBe(retryableGatewayCases);
  expect(iamNumbers.filter((number) => explain(ofService(`IAM.${number}`), "en").retryable)).toEqual([
    "503",
    "0006",
    "0012",
  ]);
});

test.each(gatewayCases)(
  "APIGW.$number with HTTP $httpStatus is the same as APIG.",
  ({ number, httpStatus }) => {
    const other = explain(ofService(`APIGW.${number}`, { httpStatus }), "en");
    expect(other).toEqual({
      ...explain(ofService(`APIG.${number}`, { httpStatus }), "en"),
      subtext: `APIGW.${number}`,
    });
  },
);

test("APIG.0201 without a status that is documented falls back to its category", () => {
  expect(explain(ofService("APIG.0201", { httpStatus: 503 }), "en").said).toBe(
    explain(ofService("NEW.1", { httpStatus: 503 }), "en").said,
  );
  expect(explain(ofService("APIG.0201"), "en").said).toBe(
    explain({ reason: "service-unavailable" }, "en").said,
  );
});

test("a code says nothing about trouble that is not the service's", () => {
  expect(explain({ reason: "download-failed", code: "HTTP.404" }, "en").said).toBe(
    "I couldn't fetch the recording from Discord.",
  );
});

describe("a limit", () => {
  test.each([
    ["en", 1, "1 minute,"],
    ["en", 120, "120 minutes,"],
    ["en", 1440, "1,440 minutes,"],
    ["zh", 120, "120分钟"],
  ] as const)("in %s of %d minutes is named", (locale, limitMinutes, text) => {
    expect(explain({ reason: "too-long", details: { limitMinutes } }, locale).said).toContain(text);
  });

  test("of a size is named", () => {
    expect(explain({ reason: "too-large", details: { limitMegabytes: 100 } }, "en").said).toContain(
      "100 MB,",
    );
  });

  test("that is not known is not made up", () => {
    expect(explain({ reason: "too-long", details: { minutes: 3 } }, "en").said).toBe(
      "This recording is longer than I'm set up for.",
    );
  });

  test("may be a permission, taken as it is", () => {
    expect(
      explain({ reason: "missing-permission", details: { permission: "$t(retry) {{code}}" } }, "en").said,
    ).toContain("the permission $t(retry) {{code}}.");
  });
});

describe("the subtext", () => {
  test("has code, trace id, attempt and next try", () => {
    expect(
      explain(ofService("SIS.0303", { traceId: "567e8537", attempt: 2, nextTryInMs: 20_000 }), "en").subtext,
    ).toBe("SIS.0303 · trace 567e8537 · attempt 2 · next try in 20 s");
  });

  test("leaves a first attempt unsaid", () => {
    expect(explain(ofService("SIS.0303", { attempt: 1 }), "en").subtext).toBe("SIS.0303");
  });

  test("is empty where there is nothing to say", () => {
    expect(explain({ reason: "damaged" }, "en").subtext).toBe("");
  });

  test.each([
    [1, "1 s"],
    [1000, "1 s"],
    [1001, "2 s"],
    [90_000, "90 s"],
    [91_000, "2 min"],
    [3_600_000, "60 min"],
    [7_200_000, "2 h"],
    [3_600_000_000, "1,000 h"],
  ])("says %d ms as %s", (nextTryInMs, text) => {
    expect(explain(ofService("TIMEOUT", { nextTryInMs }), "en").subtext).toBe(
      `TIMEOUT · next try in ${text}`,
    );
  });

  test("keeps a UUID whole and shortens what is longer", () => {
    const uuid = "567e8537-a89c-13c3-a882-826321939651";
    expect(explain(ofService("SIS.0303", { traceId: uuid }), "en").subtext).toBe(`SIS.0303 · trace ${uuid}`);
    expect(explain(ofService("SIS.0303", { traceId: `${uuid}-1` }), "en").subtext).toBe(
      `SIS.0303 · trace ${uuid}…`,
    );
  });

  test("lets nothing through that could format, ping or break the line", () => {
    const { subtext, operator } = explain(
      ofService("X**<@1>`\n# y", { traceId: "@everyone\n[a](https://b.c) \u202Ed", httpStatus: 500 }),
      "en",
    );
    expect(subtext).toBe("X1y · trace everyoneahttps:b.cd");
    expect(operator).toMatch(/^X1y is not/);
  });
});

test("while it is tried again by itself, the member is promised the transcript", () => {
  expect(explain(ofService("SIS.0303", { nextTryInMs: 20_000 }), "en").action).toBe(
    "I'll write the transcript here as soon as it answers.",
  );
  expect(explain({ reason: "disk-full", nextTryInMs: 20_000 }, "en").action).toBe(
    "I'll try again by myself and write the transcript here.",
  );
});
