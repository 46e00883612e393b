import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const deploy = join(import.meta.dirname, "../../deploy");
let root: string;
let kept: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "earshot-run-"));
  kept = join(root, "node_modules/.cache/earshot/stripped-types.json");
  await writeFile(join(root, "package.json"), '{ "type": "module" }');
  for (const file of ["run", "stripped-types.mjs"]) await cp(join(deploy, file), join(root, "deploy", file));
  await mkdir(join(root, "src"));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** What a program that is typed prints, started from another folder. */
async function printed(program: string): Promise<string> {
  const file = join(root, "src/main.ts");
  await writeFile(file, program);
  const { stdout } = await run(join(root, "deploy/run"), [file, "said"], {
    cwd: tmpdir(),
    env: { PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) },
  });
  return stdout;
}

const program = 'const word: string | undefined = process.argv[2]; console.log("first", word);';

test("a program runs with its arguments, and the next time from what is kept of it", async () => {
  expect(await printed(program)).toBe("first said\n");

  await writeFile(kept, (await readFile(kept, "utf8")).replace("first", "kept"));
  expect(await printed(program)).toBe("kept said\n");
});

test("a program that has changed runs as it is now, and nothing is kept of what it was", async () => {
  await printed(program);

  expect(await printed(program.replace("first", "second"))).toBe("second said\n");
  expect(await readFile(kept, "utf8")).not.toContain("first");
});

test("what was kept by halves is made anew", async () => {
  await printed(program);
  await writeFile(kept, '{ "node": "v24');

  expect(await printed(program)).toBe("first said\n");
  expect(await readFile(kept, "utf8")).toContain("first");
});

test("a program runs where nothing can be kept", async () => {
  await writeFile(join(root, "node_modules"), "");

  expect(await printed(program)).toBe("first said\n");
});
