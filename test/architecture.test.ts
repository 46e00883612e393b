import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join } from "node:path/posix";

import { expect, test } from "vitest";

/** What each room may import, besides itself and node:*. A name ending in "/" is a room of ours. Nothing points up. */
const rooms: Record<string, readonly string[]> = {
  commands: ["src/bot/", "src/explanations/", "discord.js"],
  "src/bot": [
    "src/transcription/",
    "src/explanations/",
    "src/pictures/",
    "src/jobs/",
    "src/store/",
    "discord.js",
    "undici",
    "@discordjs/voice",
    "@noble/ciphers",
  ],
  "src/transcription": ["src/recognizers/", "src/audio/"],
  "src/recognizers": ["src/audio/", "undici", "zod", "koffi", "ioredis"],
  "src/audio": ["opusscript", "onnxruntime-node"],
  "src/explanations": ["i18next"],
  "src/pictures": ["src/explanations/", "@napi-rs/canvas"],
  "src/jobs": ["src/store/", "kysely", "bullmq", "ioredis"],
  "src/store": ["kysely", "pg"],
  "src/sandbox": ["src/recognizers/pocketsphinx/", "ws", "@noble/ciphers", "@snazzah/davey"],
  // parts of config.ts
  "src/config": ["zod"],
  "src/web": [
    "src/store/",
    "src/jobs/",
    "src/explanations/",
    "src/transcription/",
    "hono",
    "@hono/node-server",
    "prom-client",
  ],
  // parts of the composition roots main.ts, speech.ts, cli.ts and demo.ts
  "src/main": ["src/", "commands/", "ioredis"],
  "src/speech": ["src/"],
  "src/cli": ["src/", "commands/"],
  "src/demo": ["src/sandbox/"],
};

const root = join(import.meta.dirname, "..");
/** Not a method's name: Buffer.from("…") imports nothing. */
const specifier = /(?<!\.)\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

async function filesIn(pattern: string): Promise<string[]> {
  return Array.fromAsync(glob(pattern, { cwd: root }));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(specifier)].map(([, target = ""]) =>
    target.startsWith(".") ? join(dirname(file), target) : target,
  );
}

test.each(Object.entries(rooms))("%s imports only what it may", async (room, allowed) => {
  const files = await filesIn(`${room}/**/*.ts`);
  const may = (target: string): boolean =>
    target.startsWith("node:") ||
    target.startsWith(`${room}/`) ||
    allowed.some((one) =>
      one.endsWith("/") ? target.startsWith(one) : target === one || target.startsWith(`${one}/`),
    );
  const trespasses = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !may(target))
      .map((target) => `${file} → ${target}`),
  );
  expect(files).not.toEqual([]);
  expect(trespasses).toEqual([]);
});

/** Whoever replaces the voice library, or moves to its next version, has these to read and no others. */
const knowsTheVoiceLibrary = [
  "src/bot/voice/voice-adapter.ts",
  "src/bot/voice/voice-channel.ts",
  "src/bot/voice/voice-connection.ts",
  "src/bot/voice/voice-encryption.ts",
  "src/bot/voice/voice-former-keys.ts",
  "src/bot/voice/voice-inspection.ts",
  "src/bot/voice/voice-link.ts",
  "src/bot/voice/voice-networking.ts",
];

test("only the guards of the voice library import it", async () => {
  const files = (await Promise.all(["src", "commands"].map((folder) => filesIn(`${folder}/**/*.ts`)))).flat();
  const importers = files.filter((file) => importsOf(file).includes("@discordjs/voice"));
  expect(importers.sort()).toEqual(knowsTheVoiceLibrary);
});

test("every folder of src is a room of the table", async () => {
  const folders = new Set((await filesIn("src/*/**/*.ts")).map((file) => file.split("/", 2).join("/")));
  expect(Object.keys(rooms)).toEqual(expect.arrayContaining([...folders]));
});

test("only the composition roots, configuration and log lie beside the rooms", async () => {
  expect((await filesIn("src/*.ts")).sort()).toEqual([
    "src/cli.ts",
    "src/config.ts",
    "src/demo.ts",
    "src/log.ts",
    "src/main.ts",
    "src/speech.ts",
  ]);
});

test("no test replaces a module", async () => {
  const files = (await filesIn("test/**/*.ts")).filter((file) => !file.endsWith("architecture.test.ts"));
  expect(
    files.filter((file) => /\bvi\.(?:mock|doMock)\(/.test(readFileSync(join(root, file), "utf8"))),
  ).toEqual([]);
});

test("no room has a grab-bag", async () => {
  const files = [...(await filesIn("src/**/*.ts")), ...(await filesIn("commands/**/*.ts"))];
  expect(files.filter((file) => /(?:^|\/|-)(?:utils?|helpers?|misc|common|manager)\.ts$/.test(file))).toEqual(
    [],
  );
});

/** Files and packages that a file loads when it is loaded itself; not what it loads when it is told to, nor types. */
function loadedBy(file: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  const loads = /^(?:import|export)\s(?!type\b)[^;]*?from\s+"([^"]+)"/gm;
  return [...text.matchAll(loads)].map(([, target = ""]) =>
    target.startsWith(".") ? join(dirname(file), target) : target,
  );
}

test("one process on one machine loads neither Redis' client nor PostgreSQL's", () => {
  const seen = new Set(["src/main.ts"]);
  for (const one of seen) {
    if (one.endsWith(".ts")) for (const target of loadedBy(one)) seen.add(target);
  }
  expect(seen.size).toBeGreaterThan(100);
  expect(["ioredis", "bullmq", "pg"].filter((name) => seen.has(name))).toEqual([]);
});
