import { describe, expect, test } from "vitest";

import { judge, refusesIdentity } from "../../../src/recognizers/huawei/error-codes.ts";

/** SIS 6.8 says "try again" or "resend" of these, or of the last four only "contact support". */
const worthRepeating =
  "0303 0305 0306 0307 0401 0412 0413 0414 0416 0417 0536 0538 0605 0001 0033 0100 0302".split(" ");
/** The other codes of SIS 6.8. */
const final = (
  "0003 0012 0022 0023 0024 0031 0032 0101 0102 0103 0201 0203 0204 0205 0206 0207 0208 0301 0304 0309 0402 0410 " +
  "0411 0415 0418 0419 0506 0533 0534 0535 0537 0541 0601 0602 0604 0608 0609 0701 0702 30003 30004 30006 30007 30008"
).split(" ");

describe("a code of SIS", () => {
  test("is worth repeating where the document says so", () => {
    expect(worthRepeating.filter((number) => !judge(`SIS.${number}`, 400).retryable)).toEqual([]);
  });

  test("is final where the document says what to correct", () => {
    expect(final.filter((number) => judge(`SIS.${number}`, 500).retryable)).toEqual([]);
  });

  test("is known, all 61 of them", () => {
    // An unknown code would be judged by the status alone, so differently with 400 and 500.
    const unknown = [...worthRepeating, ...final].filter(
      (number) => judge(`SIS.${number}`, 400) !== judge(`SIS.${number}`, 500),
    );
    expect([worthRepeating.length + final.length, unknown]).toEqual([61, []]);
  });

  test.each([
    ["SIS.0312", 400, "throttled"],
    ["SIS.0536", 400, "throttled"],
    ["SIS.0033", 400, "timeout"],
    ["SIS.0101", 401, "credentials"],
    ["SIS.0032", 400, "rejected"],
    ["SIS.0303", 400, "unavailable"],
    ["SIS.0206", 400, "unavailable"],
  ])("%s with status %i is %s", (code, httpStatus, kind) => {
    expect(judge(code, httpStatus).kind).toBe(kind);
  });

  test("that nobody documented is not repeated on 4xx, and once on 5xx", () => {
    expect(judge("SIS.9999", 400)).toEqual({ kind: "rejected", retryable: false });
    expect(judge("SIS.9999", 500)).toEqual({ kind: "unavailable", retryable: true, maxRetries: 1 });
  });

  test("for a late engine is repeated once", () => {
    expect(judge("SIS.0033", 500)).toMatchObject({ retryable: true, maxRetries: 1 });
  });
});

describe("a code of the gateway", () => {
  test.each([
    [400, "rejected", false],
    [413, "rejected", false],
    [414, "rejected", false],
    [494, "rejected", false],
    [500, "unavailable", true],
    [502, "unavailable", true],
    [504, "timeout", true],
  ])("APIG.0201 is told apart by its status: %i is %s", (httpStatus, kind, retryable) => {
    expect(judge("APIG.0201", httpStatus)).toMatchObject({ kind, retryable });
  });

  test("APIG.0201 with 504 asks for two seconds of patience", () => {
    expect(judge("APIG.0201", 504).retryAfterMs).toBe(2000);
  });

  test.each(["0601", "0606", "0608", "0610", "0613"])("APIG.%s is worth repeating", (number) => {
    expect(judge(`APIG.${number}`, 500)).toMatchObject({ kind: "unavailable", retryable: true });
  });

  test.each(["0103", "0104", "0105", "0605", "0609", "0611", "0612", "0705"])(
    "APIG.%s is the vendor's fault, and repeating does not help",
    (number) => {
      expect(judge(`APIG.${number}`, 500)).toEqual({ kind: "unavailable", retryable: false });
    },
  );

  test("means the same under its other name", () => {
    expect(judge("APIGW.0308", 400)).toBe(judge("APIG.0308", 400));
  });
});

describe("a status", () => {
  test.each([
    [401, "credentials", false],
    [403, "credentials", false],
    [404, "rejected", false],
    [302, "rejected", false],
    [408, "timeout", true],
    [500, "unavailable", true],
    [503, "unavailable", true],
  ])("%i without a code is %s", (httpStatus, kind, retryable) => {
    expect(judge(undefined, httpStatus)).toMatchObject({ kind, retryable });
  });

  test("429 is for the rate, whatever the code says", () => {
    expect(judge("SIS.0032", 429)).toEqual({ kind: "throttled", retryable: true });
  });
});

test.each([
  ["SIS.0101", 400, true],
  ["APIG.0301", 401, true],
  ["APIGW.0307", 400, true],
  ["HTTP.401", 401, true],
  ["APIG.0302", 403, false],
  ["SIS.0102", 400, false],
])("%s with status %i refuses who asks: %s", (code, httpStatus, refuses) => {
  expect(refusesIdentity(code, httpStatus)).toBe(refuses);
});
