import { expect, test } from "vitest";

import { runNode } from "./bot-process.ts";

test("the demo answers three human voice notes, a hostile file and a service error, captions two people who talk, and ends with 0", async () => {
  const { code, stdout } = await runNode("src/demo.ts", [], {}).ended;
  expect(stdout).toMatch(/^3 of 3 notes transcribed/mu);
  expect(stdout).toContain("SIS.0103");
  expect(stdout).toContain("2 of 2 people captioned live");
  expect(code).toBe(0);
}, 240_000);
