// Makes a fresh Debian 12 machine ready: npm packages (Node 24 among them) and Debian packages.
// Runs before `npm run demo` and `npm test`, on whatever Node the system has (20 or newer), without dependencies.
// Quick and silent when nothing is missing; exits 1 with the one command to type where it may not install.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const debianPackages = {
  demo: [
    "ffmpeg", // every format but Ogg Opus
    "libpocketsphinx3", // the embedded recognizer and its model
    "pocketsphinx-en-us",
    "asterisk-core-sounds-en", // human speech and its words
    "asterisk-core-sounds-en-g722",
    "pocketsphinx-testdata",
    "fonts-wqy-microhei", // names in pictures: Chinese, Japanese, Korean
    "fonts-noto-color-emoji",
  ],
  test: [
    "chromium", // the web pages, as a browser shows them
    "asterisk-moh-opsound-wav", // music, which must cost no calls
    "flite", // synthetic speech with known words
    "opus-tools", // a second Opus encoder
    "postgresql", // what several machines share
    "redis-server",
    "sox",
  ],
};
const wanted =
  process.argv[2] === "test" ? [...debianPackages.demo, ...debianPackages.test] : debianPackages.demo;

installNpmPackages();
installDebianPackages();

/** `npm ci` when the lock file is not the one that node_modules was made from. */
function installNpmPackages() {
  const stamp = join(root, "node_modules", ".earshot-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("Installing the npm packages (npm ci) …");
  // npm_node_execpath is the Node that runs npm; ours may be the one in node_modules, which is about to be replaced.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const command = npm ? [node, npm, ...args] : ["npm", ...args];
  if (run(command, ["ignore", 2, 2]) !== 0) fail("npm ci failed: see above.");
  writeFileSync(stamp, lock);
}

/** apt-get where that is possible without asking for a password, else the command to type. */
function installDebianPackages() {
  const missing = wanted.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
  if (!exists("apt-get")) {
    fail(`These Debian packages, or what stands for them on this system, are missing: ${missing.join(" ")}`);
  }
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const byHand = `Please type:\n\n  sudo apt-get update && sudo ${install.join(" ")}\n`;
  if (asRoot.length > 0 && run([...asRoot, "true"], "ignore") !== 0) {
    fail(`Some Debian packages are missing. ${byHand}`);
  }
  say(`Installing Debian packages: ${missing.join(" ")} …`);
  const quietly = ["ignore", "ignore", 2];
  run([...asRoot, "apt-get", "update", "-qq"], quietly);
  if (run([...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", ...install, "-qq"], quietly) !== 0) {
    fail(`Installing Debian packages failed. ${byHand}`);
  }
}

function isInstalled(name) {
  const query = spawnSync("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { encoding: "utf8" });
  return query.stdout?.trim() === "installed";
}

function exists(command) {
  return run(["sh", "-c", `command -v ${command}`], "ignore") === 0;
}

function run([command, ...args], stdio) {
  return spawnSync(command, args, { cwd: root, stdio }).status;
}

function say(line) {
  process.stderr.write(`earshot: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}
