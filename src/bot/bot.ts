import { join } from "node:path";

import type { BotOptions } from "./bot-options.ts";
import type { CaptionLinks } from "./captions/caption-links.ts";
import { createCommandRegistry } from "./command-registry.ts";
import { connectParts } from "./connect-parts.ts";
import { createDiscordApi } from "./discord/discord-api.ts";
import { createDownloads } from "./discord/downloads.ts";
import { errorCodes } from "./discord/refusals.ts";
import { createRestTransport, gated, type RestTransport } from "./discord/rest-transport.ts";
import { type BotState, stateOf } from "./discord/state.ts";
import { type BotLimits, defaultLimits } from "./limits.ts";
import { startWorker, wakeWaiting } from "./worker-role.ts";

/** The whole bot. Nothing happens before `start`. */
export interface Bot {
  /** How it is at this moment. */
  state(): BotState;
  /** What links to captions lead to. */
  readonly captionPages: Pick<CaptionLinks, "open">;
  /** Logs in, registers the commands if they changed, and begins to work. Throws BotError. */
  start(): Promise<void>;
  /** The speech service answers again: what waits for it goes on at once. */
  serviceIsBack(): Promise<void>;
  /** Takes no more events, lets running work finish for `timeoutMs`, hands back the rest. */
  stop(timeoutMs: number): Promise<void>;
}

/** Puts the bot together from parts that know nothing of each other. */
export function createBot(options: BotOptions): Bot {
  const { token, apiUrl, store, jobs, log } = options;
  const limits: BotLimits = { ...defaultLimits, ...options.limits };
  const transport = createRestTransport(limits.requestTimeoutMs);
  const { role = "all", restGate } = options;
  const send: RestTransport["makeRequest"] = (url, init) => transport.makeRequest(url, init);
  const makeRequest = restGate ? gated(send, restGate) : send;
  const api = createDiscordApi({ token, apiUrl, timeoutMs: limits.requestTimeoutMs, makeRequest });
  const downloads = createDownloads({
    origins: options.cdnOrigins,
    folder: join(options.dataDir, "tmp"),
    maxMegabytes: options.maxDownloadMb,
    ...limits.download,
  });
  const registry = createCommandRegistry({ api, marks: store.marks, commands: options.commands });
  const { gateway, catchUp, captioning, links, startAuto, watchConsent } = connectParts(options, {
    api,
    downloads,
    limits,
    makeRequest,
  });

  const closing: (() => void)[] = [];
  let isStopping = false;
  const leave = async (): Promise<void> => {
    // While the gateway is there: leaving a voice channel takes it.
    await captioning.close();
    await gateway.close();
    await catchUp.close();
  };

  return {
    captionPages: links,
    state: () => stateOf(gateway, captioning),
    async start() {
      await downloads.sweep();
      closing.push(watchConsent());
      if (role === "worker") return await startWorker({ api, jobs, log });
      await catchUp.load();
      const { userId, applicationId } = await gateway.connect();
      api.isSelf(userId);
      try {
        const outcome = await registry.registerIfChanged(applicationId);
        log.info({ commands: options.commands.length, outcome }, "commands are known to Discord");
      } catch (error) {
        // Everything else works without; the next start tries again.
        log.error(errorCodes(error), "commands could not be registered");
      }
      if (isStopping) return;
      // Nobody knows how the service is now; what waits asks it.
      await wakeWaiting(jobs);
      if (role === "all") jobs.start();
      await catchUp.start();
      await captioning.recover();
      await startAuto();
      log.info({ applicationId }, "bot is ready");
    },
    serviceIsBack: async () => await wakeWaiting(jobs),
    async stop(timeoutMs) {
      isStopping = true;
      for (const close of closing) close();
      await Promise.all([jobs.drain(timeoutMs), leave()]);
      api.close();
      await Promise.all([downloads.close(), transport.close()]);
    },
  };
}
