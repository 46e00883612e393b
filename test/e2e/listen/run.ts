import { parseArgs } from "node:util";

import { listen } from "./listen.ts";

/** `npm run listen`, or `npm run listen -- --minutes 3 --loss 0.1 --jitter 150`. Ends with 1 where a word is missing or misplaced, or one in a hundred is another. */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    loss: { type: "string", default: "0.05" },
    reorder: { type: "string", default: "0.02" },
    churn: { type: "boolean", default: false },
    jitter: { type: "string", default: "0" },
  },
});
const { exitCode, remarks, ...figures } = await listen({
  seconds: Number(values.minutes) * 60,
  seed: Number(values.seed),
  impairment: {
    loss: Number(values.loss),
    reorder: Number(values.reorder),
    jitterMs: Number(values.jitter),
  },
  churn: values.churn,
  tell: (line) => console.log(line),
});
const names: { readonly [Name in keyof typeof figures]: string } = {
  speakers: "people",
  turns: "turns",
  words: "words that the recognizer hears on clean sound",
  right: "captioned right",
  spoilt: "no longer sure on what the network left",
  misheard: "misheard though sure there",
  missing: "missing though sure there",
  extra: "too many",
  outOfOrder: "lines out of order",
  packets: "packets sent",
  lostByNetwork: "lost by the network",
  lostByBot: "lost for the bot",
  late: "come too late",
  unattributed: "of nobody known",
  unheard: "not to be opened",
};
for (const [name, what] of Object.entries(names))
  console.log(`${what.padEnd(50)}${figures[name as keyof typeof figures]}`);
for (const remark of remarks) console.log(remark);
const { words, spoilt, misheard, missing, extra, outOfOrder } = figures;
// What stands in for lost sound may sound like another word, or like none.
const isWhole = missing === 0 && outOfOrder === 0 && spoilt + misheard + extra <= words / 100;
process.exitCode = isWhole && exitCode === 0 ? 0 : 1;
