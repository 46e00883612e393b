import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:tls";

import { expect, test } from "vitest";

import { createSelfSigned } from "../../../src/sandbox/voice/certificate.ts";

test.each(["localhost", "127.0.0.1"])("a client that trusts the certificate connects to %s", async (host) => {
  const { key, cert } = createSelfSigned();
  const server = createServer({ key, cert }, (socket) => socket.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const socket = connect({ host: "127.0.0.1", port, ca: cert, servername: host === "localhost" ? host : "" });
  const [data] = (await once(socket, "data")) as [Buffer];
  expect(data.toString()).toBe("hello");
  expect(socket.authorized).toBe(true);
  server.close();
});

test("a client that does not trust it is refused", async () => {
  const { key, cert } = createSelfSigned();
  const server = createServer({ key, cert });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const [error] = (await once(connect({ host: "127.0.0.1", port }), "error")) as [NodeJS.ErrnoException];
  expect(error.code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  server.close();
});

test("every certificate has a key of its own and is signed with it", () => {
  const [one, two] = [createSelfSigned(), createSelfSigned()].map(({ cert }) => new X509Certificate(cert));
  expect(one?.verify(one.publicKey)).toBe(true);
  expect(one?.verify(two!.publicKey)).toBe(false);
  expect(one?.subjectAltName).toContain("DNS:localhost");
});
