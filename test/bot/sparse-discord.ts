import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type WebSocket, WebSocketServer } from "ws";

export interface SparseCall {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The least that can pass for a Discord: no field and no route more than the main job needs. */
export interface SparseDiscord extends AsyncDisposable {
  readonly origin: string;
  readonly apiUrl: string;
  readonly calls: readonly SparseCall[];
  dispatch(name: string, data: object): void;
  /** Cuts all connections; the session is taken up again, and declared invalid in the same moment. Resolves when the bot has left it. */
  resumeInVain(): Promise<void>;
  /** The first call that fits, when it comes. */
  call(method: string, path: RegExp): Promise<SparseCall>;
}

const botId = "1000";

async function bodyOf(request: IncomingMessage): Promise<SparseCall["body"]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  // With files, the message is a part of the form.
  const json = /name="payload_json"\r\n(?:[^\r\n]+\r\n)*\r\n(\{[^\r\n]*\})/.exec(text)?.[1] ?? text;
  return json.startsWith("{") ? (JSON.parse(json) as SparseCall["body"]) : {};
}

/** Starts it on loopback; `guilds` are sent after READY as they are, `channels` are what REST knows. */
export async function startSparseDiscord(
  guilds: readonly object[],
  channels: Readonly<Record<string, object>> = {},
): Promise<SparseDiscord> {
  const calls: SparseCall[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<WebSocket>();
  let nextId = 5000;
  let seq = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://x").pathname.replace("/api/v10", "");
    const { method = "GET" } = request;
    if (path.startsWith("/files/")) return void response.end("words of the file");
    calls.push({ method, path, body: await bodyOf(request) });
    for (const look of waiting) look();
    const send = (status: number, body?: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
    };
    if (path === "/gateway/bot") {
      const url = `ws://${request.headers.host}/gateway`;
      return send(200, {
        url,
        shards: 1,
        session_start_limit: { total: 1, remaining: 1, reset_after: 0, max_concurrency: 1 },
      });
    }
    const channel = channels[/^\/channels\/(\d+)$/.exec(path)?.[1] ?? ""];
    if (method === "GET" && channel) return send(200, channel);
    if (method === "PUT") return send(200, []);
    if (method === "POST" && path.endsWith("/callback")) return send(204);
    if (method === "POST" && path.endsWith("/threads")) return send(201, { id: path.split("/").at(-2) });
    if (method === "POST" || method === "PATCH") return send(200, { id: String(nextId++) });
    return send(404, { code: 0, message: "404: Not Found" });
  };

  const resumed = Promise.withResolvers<void>();
  const server = createServer((request, response) => void answer(request, response));
  const gateway = new WebSocketServer({ server, path: "/gateway" });
  const dispatch = (socket: WebSocket, name: string, data: object): void =>
    socket.send(JSON.stringify({ op: 0, s: ++seq, t: name, d: data }));
  gateway.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 40_000 } }));
    socket.on("message", (data) => {
      const { op } = JSON.parse((data as Buffer).toString()) as { readonly op: number };
      if (op === 1) socket.send(JSON.stringify({ op: 11 }));
      if (op === 6) {
        dispatch(socket, "RESUMED", {});
        socket.send(JSON.stringify({ op: 9, d: false }));
        socket.once("close", () => resumed.resolve());
      }
      if (op !== 2) return;
      const { port } = server.address() as AddressInfo;
      const resume = { session_id: "s", resume_gateway_url: `ws://127.0.0.1:${port}/gateway` };
      const user = { id: botId, username: "earshot", bot: true };
      const ids = guilds.map((guild) => ({ id: "id" in guild ? guild.id : "", unavailable: true }));
      dispatch(socket, "READY", {
        v: 10,
        user,
        guilds: ids,
        application: { id: botId, flags: 0 },
        ...resume,
      });
      for (const guild of guilds) dispatch(socket, "GUILD_CREATE", guild);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    apiUrl: `${origin}/api`,
    calls,
    dispatch(name, data) {
      for (const socket of sockets) dispatch(socket, name, data);
    },
    async resumeInVain() {
      for (const socket of sockets) socket.terminate();
      await resumed.promise;
    },
    async call(method, path) {
      const { promise, resolve } = Promise.withResolvers<SparseCall>();
      const look = (): void => {
        const found = calls.find((one) => one.method === method && path.test(one.path));
        if (found) resolve(found);
      };
      waiting.add(look);
      look();
      return await promise.finally(() => waiting.delete(look));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
