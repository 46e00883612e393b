import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, "deploy", path), "utf8");

test("the image is made from files that are there and not ignored", () => {
  const copied = [...read("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
    paths.split(" "),
  );
  const kept = read("Dockerfile.dockerignore")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  expect(copied).toContain("src");
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(copied.filter((path) => !kept.includes(path))).toEqual([]);
});

test("what runs in the image needs no package that is for development only", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const files = [...globSync("src/**/*.ts", { cwd: root }), ...globSync("commands/*.ts", { cwd: root })];
  const running = files.filter((file) => !/^src\/(?:sandbox|demo)[/.]/.test(file));
  const imported = running.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/(?<!\.)\b(?:from|import)\s*\(?\s*"((?:@[\w-]+\/)?[a-z][\w.-]*)[/"]/g)].map(
      ([, name = ""]) => name,
    );
  });
  expect(imported).toContain("discord.js");
  expect([...new Set(imported)].filter((name) => !Object.hasOwn(manifest.dependencies, name))).toEqual([]);
});

test("the image runs as nobody in particular and tells whether it is alive", () => {
  const dockerfile = read("Dockerfile");
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  expect(dockerfile.indexOf("USER node")).toBeLessThan(dockerfile.lastIndexOf("CMD ["));
});

test.each([
  ["compose.yaml", /read_only: true/],
  ["compose.yaml", /no-new-privileges:true/],
  ["kubernetes/earshot.yaml", /readOnlyRootFilesystem: true/],
  ["kubernetes/earshot.yaml", /runAsNonRoot: true/],
  ["kubernetes/earshot.yaml", /path: \/readyz/],
  ["systemd/earshot.service", /^ProtectSystem=strict$/m],
])("%s says %s", (file, pattern) => {
  expect(read(file)).toMatch(pattern);
});
