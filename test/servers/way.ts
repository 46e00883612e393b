import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server on this machine, on which things can be lost. */
export interface Way extends Disposable {
  readonly port: number;
  /** Connections that were made over it so far. */
  readonly connections: number;
  /** Nothing arrives any more on those that are there, and nobody is told: as when a host vanishes. */
  silence(): void;
}

/** Opens a way to a port. */
export async function openWay(to: number): Promise<Way> {
  const onward: Socket[] = [];
  const way = createServer((socket) => {
    const beyond = connect(to, "127.0.0.1");
    socket.pipe(beyond).pipe(socket);
    for (const end of [socket, beyond]) end.on("error", () => undefined);
    onward.push(beyond);
  }).listen(0, "127.0.0.1");
  await once(way, "listening");
  return {
    port: (way.address() as AddressInfo).port,
    get connections() {
      return onward.length;
    },
    silence() {
      for (const one of onward) one.unpipe().pause();
    },
    [Symbol.dispose]() {
      for (const one of onward) one.destroy();
      way.close();
    },
  };
}
