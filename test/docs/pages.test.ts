import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { variables } from "../../src/config/variables.ts";
import { createMetrics } from "../../src/web/metrics.ts";

const root = join(import.meta.dirname, "../..");
const pages = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })];
const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("every link of %s leads somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([\w-]+))?\)/g)];
  const broken = links.filter(([, path = "", anchor]) => {
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

test("pages name only variables that there are", () => {
  const known = new Set(variables.flatMap(({ name }) => [name, `${name}_FILE`]));
  const own =
    /`((?:DISCORD|SIS|IAM|HUAWEICLOUD|TENCENT|TENCENTCLOUD|ALIBABA|HTTP|MAX|DATA|RETENTION|CACHE|RECOGNIZER|RECORDING|CAPTION)_[A-Z0-9_]+)/g;
  const named = pages.flatMap((page) => [...read(page).matchAll(own)].map(([, name = ""]) => name));
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});

test("pages name only metrics that are served", () => {
  const gauges = {
    connected: () => true,
    servers: () => 0,
    waitingCalls: () => ({}),
    allowedPerSecond: () => 3,
    jobs: async () => Promise.resolve({ waiting: 0, running: 0, later: 0, oldestWaitingMs: 0 }),
    captions: () => ({ sessions: 0, stuck: {} }),
  };
  const series = createMetrics({ version: "1", gauges }).series();
  const known = series.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, ""));
  const named = pages.flatMap((page) => [...read(page).matchAll(/\bearshot_[a-z_]+/g)].map(([name]) => name));
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});
