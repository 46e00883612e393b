import { appendFileSync, readdirSync } from "node:fs";
import process from "node:process";

/**
 * Loaded into the bot's process before it starts (node --import), so that nothing of the product has to change: writes what the
 * process holds, as a line of JSON every few seconds, to the file named by SOAK_SAMPLES. Needs --expose-gc.
 */
const path = process.env["SOAK_SAMPLES"] ?? "";
const everyMs = 5000;
const { gc } = globalThis;
if (path === "" || gc === undefined) throw new Error("the sampler needs SOAK_SAMPLES and --expose-gc");

let warnings = 0;
process.on("warning", ({ name }) => {
  if (name === "MaxListenersExceededWarning") warnings++;
});

function count(resources: readonly string[], of: (name: string) => boolean): number {
  return resources.filter(of).length;
}

setInterval(() => {
  gc();
  const resources = process.getActiveResourcesInfo();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const sample = {
    atMs: Math.round(performance.now()),
    rssMb: rss / 2 ** 20,
    heapMb: heapUsed / 2 ** 20,
    externalMb: (external + arrayBuffers) / 2 ** 20,
    timers: count(resources, (name) => name === "Timeout" || name === "Immediate"),
    handles: count(resources, (name) => name !== "Timeout" && name !== "Immediate"),
    openFiles: readdirSync("/proc/self/fd").length,
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    tooManyListeners: warnings,
  };
  appendFileSync(path, `${JSON.stringify(sample)}\n`);
}, everyMs).unref();
