import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { configurationPage } from "../../docs/pages/configuration.ts";
import { errorCodesPage } from "../../docs/pages/error-codes.ts";
import { variables } from "../../src/config/variables.ts";
import { serviceCodes } from "../../src/explanations/catalogue/catalogue.ts";

const docs = join(import.meta.dirname, "../../docs");

test.each([
  ["configuration.md", configurationPage],
  ["error-codes.md", errorCodesPage],
])("%s is what npm run docs makes", (name, page) => {
  expect(readFileSync(join(docs, name), "utf8") === page(), "run npm run docs").toBe(true);
});

test("the configuration page has every variable once", () => {
  const page = configurationPage();
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toHaveLength(variables.length);
  expect(new Set(rows.map((row) => /`([A-Z0-9_]+)`/.exec(row)?.[1]))).toEqual(
    new Set(variables.map(({ name }) => name)),
  );
});

test("the page of codes has every code, each with what happened and what helps", () => {
  const rows = errorCodesPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split(/(?<!\\)\|/).map((one) => one.trim()));
  const codes = Object.keys(serviceCodes).filter((code) => !code.startsWith("unknown:"));
  expect(rows.length).toBeGreaterThanOrEqual(codes.length);
  expect(rows.filter(([, , happened, helps]) => happened === "" || helps === "")).toEqual([]);
});
