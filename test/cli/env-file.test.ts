import { parseEnv } from "node:util";

import { array, assert, constantFrom, pre, property } from "fast-check";
import { expect, test } from "vitest";

import { envText, refuseValue } from "../../src/cli/init/env-file.ts";

test("whatever is not refused is read back by Node as it was given", () => {
  const letters = `abc 019#$=\\n'"\`{}!%^&*()é中`.split("");
  const printable = array(constantFrom(...letters), { maxLength: 40 });
  assert(
    property(printable, (text) => {
      const value = text.join("").trim();
      pre(refuseValue(value) === undefined);
      expect(parseEnv(envText({ IAM_PASSWORD: value }))["IAM_PASSWORD"]).toBe(value);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each(["two\nlines", "all ' of \" them `"])("%j is refused", (value) => {
  expect(refuseValue(value)).toEqual(expect.any(String));
});
