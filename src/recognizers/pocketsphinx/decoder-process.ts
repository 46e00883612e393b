import { isDecodeRequest } from "./decoder-messages.ts";
import type { DecoderAnswer } from "./decoder-messages.ts";
import { openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";

/**
 * The program of a child process that decodes: started with the library, the model folder and perhaps a grammar as its arguments. A process,
 * not a thread, because a C library that crashes or never comes back must not take the bot with it.
 */
function main([library = "", modelFolder = "", grammar]: readonly string[]): void {
  process.title = "earshot-decoder";
  // Goes on to the end of a decode that runs, then leaves: nobody waits for the answer any more.
  process.on("disconnect", () => process.exit());
  let engine: Engine;
  try {
    engine = openEngine({ library, modelFolder, grammar });
  } catch {
    answer({ kind: "missing" });
    process.disconnect();
    return;
  }
  process.on("message", (message) => {
    if (!isDecodeRequest(message)) throw new TypeError("not a request to decode");
    answer({ kind: "heard", words: message.spans.map((samples) => engine.decode(samples)) });
  });
}

function answer(what: DecoderAnswer): void {
  process.send?.(what);
}

main(process.argv.slice(2));
