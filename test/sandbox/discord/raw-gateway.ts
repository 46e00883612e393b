import { once } from "node:events";

import { WebSocket } from "ws";

import type { LocalDiscord } from "../../../src/sandbox/discord/local-discord.ts";

interface Packet {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: unknown;
}

/** A gateway client that does only what it is told: for what discord.js would never do. */
export interface RawClient extends AsyncDisposable {
  send(packet: object): void;
  /** The next packet that fits; those before it are skipped. */
  packet(fits: (packet: Packet) => boolean): Promise<Packet>;
  /** Every packet so far. */
  readonly seen: readonly Packet[];
  /** The code the server closed with. */
  closed(): Promise<number>;
  identify(changes?: object): void;
}

export async function openRaw(discord: LocalDiscord, query = "v=10&encoding=json"): Promise<RawClient> {
  const socket = new WebSocket(`${discord.origin.replace("http", "ws")}/gateway?${query}`);
  const seen: Packet[] = [];
  let taken = 0;
  const waiting = new Set<() => void>();
  const closing = once(socket, "close");
  socket.on("message", (data: Buffer) => {
    seen.push(JSON.parse(data.toString()) as Packet);
    for (const look of waiting) look();
  });
  await once(socket, "open");
  const send = (packet: object): void => socket.send(JSON.stringify(packet));
  return {
    send,
    seen,
    packet: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const at = seen.findIndex((packet, index) => index >= taken && fits(packet));
          const found = seen[at];
          if (!found) return;
          taken = at + 1;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    closed: async () => ((await closing) as [number])[0],
    identify: (changes = {}) =>
      send({
        op: 2,
        d: { token: discord.application.token, intents: 1, properties: { os: "linux" }, ...changes },
      }),
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await closing;
    },
  };
}

/** Whether a packet is this dispatch. */
export function isEvent(name: string): (packet: { readonly t: string | null }) => boolean {
  return ({ t }) => t === name;
}
