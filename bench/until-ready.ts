import type { ChildProcess } from "node:child_process";

/** Waits until a bot in a process of its own says that it is ready. Throws where it ends before. */
export async function untilReady(bot: ChildProcess): Promise<void> {
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    bot.once("exit", () => reject(new Error("the bot ended before it was ready")));
    bot.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed = (printed + text).slice(-10_000);
      if (printed.includes('"event":"ready"')) resolve();
    });
  });
}
