import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";

/** Whoever is asked has gone: the input ended, or Ctrl+C was pressed. */
export class NobodyAnswers extends Error {
  override readonly name = "NobodyAnswers";
}

export interface Question {
  readonly text: string;
  /** What an empty answer stands for; without it an answer is needed. */
  readonly fallback?: string;
  /** Never shown, not while it is typed either. */
  readonly secret?: boolean;
  /** What is wrong with an answer, or undefined. */
  readonly refuse?: (answer: string) => string | undefined;
}

/** Asks one question after the other, of a person at a terminal or of a script through a pipe. */
export interface Asker {
  /** Asks until there is an answer that will do. Throws NobodyAnswers. */
  ask(question: Question): Promise<string>;
  /** Yes or no; an empty answer is the fallback. */
  confirm(text: string, fallback: boolean): Promise<boolean>;
  tell(line: string): void;
  close(): void;
}

export interface AskerOptions {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

/** A script that answers nonsense for ever must end. */
const mostTries = 20;

export function createAsker({ input, output }: AskerOptions): Asker {
  let muted = false;
  const shown = new Writable({
    write(bytes: Buffer, _, done) {
      if (!muted) output.write(bytes);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: input.isTTY === true, historySize: 0 });
  lines.on("SIGINT", () => lines.close());
  const answers = lines[Symbol.asyncIterator]();

  const read = async (prompt: string, secret: boolean): Promise<string> => {
    // What is typed at a secret is not shown, and neither is the line that readline would draw again.
    if (secret) output.write(prompt);
    muted = secret;
    lines.setPrompt(secret ? "" : prompt);
    lines.prompt();
    const { value, done } = await answers.next();
    muted = false;
    if (secret || input.isTTY !== true) output.write("\n");
    if (done === true) throw new NobodyAnswers("the input ended");
    return value.trim();
  };

  const ask = async ({ text, fallback, secret = false, refuse }: Question): Promise<string> => {
    const prompt = fallback === undefined || fallback === "" ? `${text}: ` : `${text} [${fallback}]: `;
    for (let tries = 0; tries < mostTries; tries++) {
      const answer = (await read(prompt, secret)) || (fallback ?? "");
      const problem = answer === "" && fallback === undefined ? "An answer is needed." : refuse?.(answer);
      if (problem === undefined) return answer;
      output.write(`${problem}\n`);
    }
    throw new NobodyAnswers("no answer would do");
  };

  return {
    ask,
    async confirm(text, fallback) {
      const answer = await ask({
        text: `${text} (yes or no)`,
        fallback: fallback ? "yes" : "no",
        refuse: (given) => (/^(?:y|yes|n|no)$/i.test(given) ? undefined : "Please answer yes or no."),
      });
      return /^y/i.test(answer);
    },
    tell: (line) => void output.write(`${line}\n`),
    close: () => lines.close(),
  };
}
