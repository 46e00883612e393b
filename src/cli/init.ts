import { existsSync } from "node:fs";
import { stderr, stdin, stdout } from "node:process";

import { environment } from "../config.ts";
import { createAsker, NobodyAnswers } from "./init/asker.ts";
import { envText, writeEnvFile } from "./init/env-file.ts";
import { askDiscord, askFolder, askRecognizer } from "./init/questions.ts";
import { UsageError } from "./usage.ts";

const path = ".env";

/** `earshot init`: asks for what the bot needs, tries each answer at once, and writes `.env`. Returns the exit code. */
export async function init(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError("init takes no arguments");
  const asker = createAsker({ input: stdin, output: stdout });
  const stop = new AbortController();
  try {
    if (
      existsSync(path) &&
      !(await asker.confirm("There is a .env already. Replace it? It is kept under another name", false))
    ) {
      asker.tell("Nothing was changed.");
      return 0;
    }
    const interview = { asker, env: { ...environment() }, signal: stop.signal };
    // The folder comes before the call that needs it.
    const folder = await askFolder(interview);
    const discord = await askDiscord(interview);
    const recognizer = await askRecognizer({ ...interview, env: { ...interview.env, ...folder } });
    const keptAs = writeEnvFile(path, envText({ ...discord, ...recognizer, ...folder }));
    if (keptAs !== undefined) asker.tell(`The former file is kept as ${keptAs}.`);
    asker.tell(`${path} is written; only you can read it. Next: npm start`);
    return 0;
  } catch (error) {
    if (!(error instanceof NobodyAnswers)) throw error;
    stderr.write("earshot: stopped; nothing was written\n");
    return 1;
  } finally {
    stop.abort();
    asker.close();
  }
}
