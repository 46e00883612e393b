import { existsSync } from "node:fs";

/** The path, or with a number behind it where something of that name is there. */
export function freeName(path: string): string {
  let name = path;
  for (let count = 2; existsSync(name); count++) name = `${path}-${count}`;
  return name;
}
