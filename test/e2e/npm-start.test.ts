import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { root, setStage } from "./bot-process.ts";

test("npm start hands SIGTERM on to the bot and ends with its exit code", async () => {
  await using stage = await setStage();
  const npm = spawn("npm", ["start"], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: stage.dataDir, ...stage.env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(npm, "close");
  let stdout = "";
  npm.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!stdout.includes('"event":"ready"') && (stdout + text).includes('"event":"ready"')) {
      npm.kill("SIGTERM");
    }
    stdout += text;
  });
  const [code] = await ended;

  expect(stdout).toContain('"event":"stopped"');
  expect(code).toBe(0);
}, 60_000);
