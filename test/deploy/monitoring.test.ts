import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { judge } from "../../src/recognizers/huawei/error-codes.ts";
import { createMetrics } from "../../src/web/metrics.ts";

const deploy = join(import.meta.dirname, "../../deploy");
/** With everything that can be asked, so that every metric there is is there. */
const metrics = createMetrics({
  version: "1.0.0",
  gauges: {
    connected: () => true,
    servers: () => 0,
    waitingCalls: () => ({}),
    allowedPerSecond: () => 3,
    jobs: async () => Promise.resolve({ waiting: 0, running: 0, later: 0, oldestWaitingMs: 0 }),
    captions: () => ({ sessions: 0, stuck: {} }),
  },
});
const series = metrics.series();
const known = new Map(series.map(({ name, labels }) => [name, labels]));
/** What Prometheus adds to every series of a target. */
const ofEveryTarget = ["job", "instance"];

function alertExpressions(): string[] {
  const text = readFileSync(join(deploy, "prometheus/alerts.yaml"), "utf8");
  return [...text.matchAll(/^ {8}expr: (?:\|\n(?<block>(?: {10}.*\n)+)|(?<line>.*)\n)/gm)].map(
    ({ groups }) => groups?.["block"] ?? groups?.["line"] ?? "",
  );
}

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
}

function dashboardExpressions(): string[] {
  const dashboard = JSON.parse(readFileSync(join(deploy, "grafana/earshot.json"), "utf8")) as Dashboard;
  return dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

/** Names of series in an expression, each with the labels it is chosen by. */
function selectors(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  const found = expression.matchAll(/\b(?<name>(?:earshot|process|nodejs)_\w+)(?:\{(?<labels>[^}]*)\})?/g);
  return [...found].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    labels: [...(groups?.["labels"] ?? "").matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(
      ([, label = ""]) => label,
    ),
  }));
}

describe.each([
  ["alerts", alertExpressions(), 13],
  ["dashboard", dashboardExpressions(), 25],
])("the %s", (_, expressions, atLeast) => {
  test("ask for something", () => {
    expect(expressions.length).toBeGreaterThanOrEqual(atLeast);
    expect(expressions.filter((one) => !one.includes("up{") && selectors(one).length === 0)).toEqual([]);
  });

  test("name only series that are served", () => {
    const names = expressions.flatMap(selectors).map(({ name }) => name);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test("choose only by labels that these series have", () => {
    const wrong = expressions
      .flatMap(selectors)
      .flatMap(({ name, labels }) =>
        labels
          .filter((label) => ![...ofEveryTarget, ...(known.get(name) ?? [])].includes(label))
          .map((label) => `${name}{${label}}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe("an alert about codes", () => {
  const codes = [
    ..."0001 0012 0032 0033 0101 0102 0103 0201 0301 0302 0303 0305 0312"
      .split(" ")
      .map((one) => `SIS.${one}`),
    ..."0101 0201 0301 0302 0303 0304 0305 0306 0307 0308 0310 0601 0613"
      .split(" ")
      .map((one) => `APIG.${one}`),
    ..."0001 0002 0006 0011 0012 0061 0062 0066 0067 0081 0082 1105 1107 1108 1109"
      .split(" ")
      .map((one) => `IAM.${one}`),
  ];

  test.each([
    ["EarshotRefused", "credentials"],
    ["EarshotThrottled", "throttled"],
  ])("%s means all codes that mean %s, and no others", (alert, kind) => {
    const text = readFileSync(join(deploy, "prometheus/alerts.yaml"), "utf8");
    const found = new RegExp(`alert: ${alert}\\n +expr: .*code=~"([^"]*)"`).exec(text)?.[1] ?? "";
    const pattern = new RegExp(`^(?:${found.replaceAll("\\\\", "\\")})$`);
    const meant = codes.filter((code) => judge(code, 400).kind === kind && code !== "IAM.0012");
    expect(meant.length).toBeGreaterThan(1);
    expect(codes.filter((code) => pattern.test(code))).toEqual(meant);
  });
});

test("every metric of Earshot's own is on the dashboard, so that somebody looks at it", () => {
  const shown = new Set(
    dashboardExpressions()
      .flatMap(selectors)
      .map(({ name }) => name),
  );
  const own = series
    .map(({ name }) => name)
    .filter((name) => name.startsWith("earshot_") && !/_(?:sum|count)$/.test(name));
  // It carries the version, and chooses the job.
  expect(own.filter((name) => !shown.has(name) && name !== "earshot_build_info")).toEqual([]);
});
