import { type Variable, variables } from "../../src/config/variables.ts";
import { table } from "./table.ts";

/** Which variables stand together: the first group whose beginnings fit. */
const groups: readonly { readonly title: string; readonly starts: readonly string[] }[] = [
  { title: "Discord", starts: ["DISCORD_"] },
  { title: "Who recognizes speech", starts: ["RECOGNIZER", "CAPTION_RECOGNIZER", "RECORDING_", "LONG_"] },
  { title: "Huawei Cloud SIS", starts: ["SIS_", "HUAWEICLOUD_", "IAM_"] },
  { title: "Tencent Cloud", starts: ["TENCENT"] },
  { title: "Alibaba Cloud", starts: ["ALIBABA_"] },
  { title: "Health, metrics and web pages", starts: ["HTTP_", "PUBLIC_URL"] },
  { title: "Several processes and machines", starts: ["REDIS_", "DATABASE_", "EARSHOT_ROLE", "SHARD_"] },
  { title: "Limits, data and log", starts: [""] },
];

function titleOf({ name }: Variable): string {
  return groups.find(({ starts }) => starts.some((start) => name.startsWith(start)))?.title ?? "";
}

function rowOf({ name, fallback, explanation, secret }: Variable): readonly string[] {
  const names = secret === true ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``;
  return [names, fallback === "" ? "" : `\`${fallback}\``, explanation];
}

/** Every variable there is, by what it is about. */
export function configurationPage(): string {
  const sections = groups.map(({ title }) => {
    const own = variables.filter((variable) => titleOf(variable) === title);
    return `## ${title}\n\n${table(["variable", "default", ""], own.map(rowOf))}\n`;
  });
  return `# Configuration

<!-- Made by npm run docs from src/config/variables.ts. -->

Environment variables, or a file \`.env\` in the folder that the bot is started in; the environment wins.
\`npm run -s earshot -- init\` asks for the needed ones and tries them; \`npm run -s earshot -- doctor\` says what is wrong with them.

- A secret may also be given as \`NAME_FILE\`, the path of a file that holds it (Docker and Kubernetes secrets, systemd credentials).
- Every address is https, or http where the host is loopback.
- A variable that is left out or empty has its default. What makes no sense is told at the start, everything at once, and the bot ends with 2.

${sections.join("\n")}`;
}
