import { serviceCodes } from "../../src/explanations/catalogue/catalogue.ts";
import type { Facts } from "../../src/explanations/catalogue/facts.ts";
import { reasons } from "../../src/explanations/catalogue/reasons.ts";
import { createExplain } from "../../src/explanations/create-explain.ts";
import type { Problem, Reason } from "../../src/explanations/problem.ts";
import { table } from "./table.ts";

const services: readonly { readonly title: string; readonly starts: string }[] = [
  { title: "Huawei Cloud SIS", starts: "SIS." },
  { title: "Huawei Cloud's API gateway", starts: "APIG." },
  { title: "Huawei Cloud IAM", starts: "IAM." },
  { title: "Tencent Cloud", starts: "TENCENT." },
  { title: "Alibaba Cloud", starts: "ALIBABA." },
  { title: "HTTP without a code", starts: "HTTP." },
  { title: "The way to the service", starts: "NETWORK." },
];

const acts = { member: "member", operator: "operator", vendor: "the service" } as const;
const explain = createExplain();

function rowOf(code: string, problem: Problem, { audience, retryable }: Facts): readonly string[] {
  const { said, operator, action } = explain(problem, "en");
  return [`\`${code}\``, said, operator === "" ? action : operator, acts[audience], retryable ? "yes" : "no"];
}

/** An HTTP status behind a code's colon tells apart what has one number. */
function ofService(code: string, facts: Facts): readonly string[] {
  const [plain = "", status] = code.split(":");
  const problem: Problem = {
    reason: "service-rejected",
    code: plain,
    ...(status === undefined ? {} : { httpStatus: Number(status) }),
  };
  return rowOf(status === undefined ? code : `${plain} (${status})`, problem, facts);
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(reasons, text);
}

const heads = ["code", "what happened", "what helps", "who acts", "trying again helps"];

/** Every code Earshot has a sentence for, as operators read it. */
export function errorCodesPage(): string {
  const all: readonly [string, Facts][] = Object.entries(serviceCodes);
  const codes = all.filter(([code]) => !code.startsWith("unknown:"));
  const known = services.map(({ title, starts }) => {
    const rows = codes
      .filter(([code]) => code.startsWith(starts))
      .map(([code, facts]) => ofService(code, facts));
    return `## ${title}\n\n${table(heads, rows)}\n`;
  });
  const own = codes.filter(([code]) => !services.some(({ starts }) => code.startsWith(starts)));
  return `# Error codes

<!-- Made by npm run docs from src/explanations. -->

Whatever goes wrong is answered in words, with the service's code and trace id in the last line. This is what each code means for whoever
runs the bot; members read a shorter sentence, in their language. A code that is not here is explained by its HTTP status, and its number
and trace id are for the service's support.

${known.join("\n")}
## Earshot itself

${table(
  heads,
  own.map(([code, facts]) => ofService(code, facts)),
)}

## Reasons without a code

These stand in the log as \`reason\`.

${table(
  heads,
  Object.keys(reasons)
    .filter(isReason)
    .map((reason) => rowOf(reason, { reason }, reasons[reason])),
)}
`;
}
