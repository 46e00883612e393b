import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

/** A WAVE file of silence, or of the samples given. */
export function waveOf(samples: Int16Array, sampleRate = 16_000, channels = 1): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

export interface FileServer {
  /** By a name, because the service takes no IP address. */
  readonly url: string;
  /** JSON bodies that were posted. */
  readonly posted: unknown[];
  /** Resolves when so many have come. */
  got(count: number): Promise<void>;
}

export interface ServedFile {
  readonly status?: number;
  readonly bytes?: Uint8Array;
  /** Content-Length, where it is not the bytes' own; null leaves it out. */
  readonly declares?: number | null;
}

/** Serves one file on any path and takes whatever is posted; ends with the test. */
export async function serveFile({
  status = 200,
  bytes = Buffer.alloc(0),
  declares,
}: ServedFile): Promise<FileServer> {
  const posted: unknown[] = [];
  const watchers = new Set<() => void>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.method === "POST") {
        posted.push(JSON.parse(Buffer.concat(parts).toString()));
        for (const watch of watchers) watch();
        response.end();
        return;
      }
      const length = declares === undefined ? bytes.length : declares;
      response.writeHead(status, length === null ? {} : { "content-length": length });
      if (length !== null && length > bytes.length) response.write(bytes, () => response.destroy());
      else response.end(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/recording.wav`,
    posted,
    got: (count) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (posted.length < count) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}
