// Loaded into a process (--import): the last line on its stderr is the most memory it ever had, in kB. A process's own
// resource usage would count the one that started it, too (getrusage(2), "ru_maxrss" over execve).
import { readFileSync } from "node:fs";
import { stderr } from "node:process";

process.on("exit", () => {
  const [, most] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  stderr.write(`\n${most}\n`);
});
