import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import { once } from "node:events";

/** The UDP side of a voice server: who sends from where, and what. */
export interface MediaSocket {
  readonly port: number;
  /** Where the client of this ssrc was seen by IP discovery, as "address:port". */
  addressOf(ssrc: number): string | undefined;
  send(ssrc: number, packet: Buffer): void;
  /** Lets the next so many IP discoveries go unanswered. */
  ignoreDiscoveries(count: number): void;
  close(): Promise<void>;
}

export type OnMedia = (ssrc: number, packet: Buffer) => void;

const discoveryBytes = 74;
const keepAliveBytes = 8;

/** Binds 127.0.0.1 on a free port. `onMedia` gets what clients send, by the ssrc of the RTP header. */
export async function openMediaSocket(onMedia: OnMedia): Promise<MediaSocket> {
  const socket = createSocket("udp4");
  const clients = new Map<number, RemoteInfo>();
  let ignored = 0;

  socket.on("message", (packet, from) => {
    if (packet.length === discoveryBytes && packet.readUInt16BE(0) === 1) {
      if (ignored > 0) {
        ignored--;
        return;
      }
      const ssrc = packet.readUInt32BE(4);
      clients.set(ssrc, from);
      reply(socket, from, discoveryAnswer(ssrc, from));
    } else if (packet.length === keepAliveBytes) {
      reply(socket, from, packet);
    } else if (packet.length > 12 && (packet.readUInt8(1) & 0x7f) === 120) {
      onMedia(packet.readUInt32BE(8), packet);
    }
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");

  return {
    port: socket.address().port,
    addressOf(ssrc) {
      const client = clients.get(ssrc);
      return client && `${client.address}:${client.port}`;
    },
    send(ssrc, packet) {
      const client = clients.get(ssrc);
      if (client) reply(socket, client, packet);
    },
    ignoreDiscoveries(count) {
      ignored = count;
    },
    async close() {
      socket.close();
      await once(socket, "close");
    },
  };
}

/** Big endian: type 2, length 70, ssrc, the address as NUL-padded text, the port. */
function discoveryAnswer(ssrc: number, { address, port }: RemoteInfo): Buffer {
  const answer = Buffer.alloc(discoveryBytes);
  answer.writeUInt16BE(2, 0);
  answer.writeUInt16BE(70, 2);
  answer.writeUInt32BE(ssrc, 4);
  answer.write(address, 8, "ascii");
  answer.writeUInt16BE(port, 72);
  return answer;
}

/** A client may be gone by now; UDP does not tell, and a closed socket of ours is no news either. */
function reply(socket: Socket, { address, port }: RemoteInfo, packet: Buffer): void {
  socket.send(packet, port, address, () => undefined);
}
