// The JavaScript that is left of Earshot's TypeScript, kept from one start to the next. Node strips the types with a
// compiler that stays in the process: 21 MB, and half the time that a start takes. Loaded before everything else
// (--import), this hands Node what was kept, known by the content of each file. What is missing or has changed is
// stripped by a process of its own. Where nothing can be kept, Node strips as it always does.
// Run by itself, it strips all that a bot may load, as for an image or for a service that cannot write here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { execPath, pid, version } from "node:process";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const ours = ["src", "commands"].map((name) => new URL(`${name}/`, root).href);
const folder = fileURLToPath(new URL("node_modules/.cache/earshot/", root));
/** One file, replaced as a whole: what belongs to former versions goes with it. */
const kept = join(folder, "stripped-types.json");

if (import.meta.main) keep();
else handOver();

function handOver() {
  let stripped = read();
  let isFresh = false;
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith(".ts") || !ours.some((one) => url.startsWith(one))) return nextLoad(url, context);
      const key = keyOf(readFileSync(new URL(url), "utf8"));
      if (!Object.hasOwn(stripped, key) && !isFresh) {
        spawnSync(execPath, [fileURLToPath(import.meta.url)], { stdio: "ignore", timeout: 30_000 });
        stripped = read();
        isFresh = true;
      }
      if (!Object.hasOwn(stripped, key)) return nextLoad(url, context);
      const source = stripped[key];
      delete stripped[key];
      return { format: "module", source, shortCircuit: true };
    },
  });
}

/** By key; nothing where none, another Node's, or half a file is kept. */
function read() {
  try {
    const { node, files } = JSON.parse(readFileSync(kept, "utf8"));
    return node === version ? files : {};
  } catch {
    return {};
  }
}

function keep() {
  const draft = `${kept}.${pid}`;
  mkdirSync(folder, { recursive: true });
  // First of all, so that a folder nobody may write to costs no time.
  writeFileSync(draft, "");
  try {
    const paths = globSync(["src/**/*.ts", "commands/**/*.ts"], {
      cwd: root,
      exclude: ["src/sandbox/**", "src/demo/**"],
    });
    const sources = paths.map((path) => readFileSync(new URL(path, root), "utf8"));
    const files = Object.fromEntries(sources.map((text) => [keyOf(text), stripTypeScriptTypes(text)]));
    writeFileSync(draft, JSON.stringify({ node: version, files }));
    renameSync(draft, kept);
  } finally {
    rmSync(draft, { force: true });
  }
}

function keyOf(text) {
  return createHash("sha256").update(text).digest("base64url");
}
