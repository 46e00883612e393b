import type { Client, ClientEvents } from "discord.js";

import type { BotLog } from "../log.ts";
import { errorCodes } from "./refusals.ts";

/** Event handlers that may be asynchronous: awaited, counted, and with no failure lost or fatal. */
export interface Events {
  /** discord.js's own events. */
  on<Event extends keyof ClientEvents>(
    client: Client,
    event: Event,
    handler: (...args: ClientEvents[Event]) => Promise<void> | void,
  ): void;
  /** The gateway's dispatches as they are sent, whatever discord.js has in its caches: `name` is Discord's, as in MESSAGE_CREATE. */
  onDispatch(client: Client, name: string, handler: (data: unknown) => Promise<void> | void): void;
  /** Resolves once no handler is running. */
  settled(): Promise<void>;
}

export function createEvents(log: BotLog): Events {
  const running = new Set<Promise<void>>();
  const handle = (name: string, handler: () => Promise<void> | void): void => {
    const run = (async () => {
      try {
        await handler();
      } catch (error) {
        log.error({ event: name, ...errorCodes(error) }, "event handler failed");
      }
    })();
    running.add(run);
    void run.then(() => running.delete(run));
  };

  return {
    on(client, event, handler) {
      client.on(event, (...args) => handle(event, () => handler(...args)));
    },
    onDispatch(client, name, handler) {
      client.on("raw", (packet: unknown) => {
        if (isDispatch(packet) && packet.t === name) handle(name, () => handler(packet.d));
      });
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function isDispatch(packet: unknown): packet is { readonly t: string; readonly d: unknown } {
  return typeof packet === "object" && packet !== null && "t" in packet && "d" in packet;
}
