import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { variables } from "../../config/variables.ts";

/** Variables and what they are set to. */
export type Answers = Readonly<Record<string, string>>;

/** In the order of preference: Docker and systemd read the first two as well. */
const quotes = ["'", '"', "`"] as const;

/** Node reads what is between quotes as it stands, but for \\n between double ones. */
function quoteFor(value: string): string | undefined {
  return quotes.find((quote) => !value.includes(quote) && !(quote === '"' && value.includes("\\n")));
}

/** What is wrong with a value for a `.env` file, or undefined. */
export function refuseValue(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return "It must be one line.";
  return quoteFor(value) === undefined ? "It must not hold all three kinds of quotes." : undefined;
}

/** The text of a `.env` file: each variable with its explanation, in the order of `.env.example`. */
export function envText(answers: Answers): string {
  const set = variables.filter(({ name }) => answers[name] !== undefined);
  const lines = set.flatMap(({ name, explanation }) => [
    "",
    `# ${explanation}`,
    `${name}=${quoted(answers[name] ?? "")}`,
  ]);
  return `# Written by earshot init. .env.example lists every other variable there is.\n${lines.join("\n")}\n`;
}

/** Plain where that is safe. */
function quoted(value: string): string {
  if (/^[\w./:@%+,{}-]*$/.test(value)) return value;
  const quote = quoteFor(value) ?? "'";
  return `${quote}${value}${quote}`;
}

/** Writes the file, readable by its owner alone; one that is there is kept, and its new name given. */
export function writeEnvFile(path: string, text: string): string | undefined {
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  writeFileSync(partial, text, { mode: 0o600, flag: "wx" });
  chmodSync(partial, 0o600);
  let keptAs: string | undefined;
  if (existsSync(path)) {
    keptAs = `${path}.before-${new Date().toISOString().replaceAll(":", "-")}`;
    renameSync(path, keptAs);
  }
  renameSync(partial, path);
  return keptAs;
}
