import { createServer } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { describe, expect, onTestFinished, test } from "vitest";

import { createSelfSigned } from "../../../src/sandbox/voice/certificate.ts";
import { clipOf } from "../clips.ts";
import { hang, heard, inTurn, json, refused, reset, startService, token, type Reply } from "../service.ts";
import { signAgain, signatureOf, signedHeadersOf } from "./signed-again.ts";
import { accessKey, password, sisFor } from "./sis-client.ts";

const { signal } = new AbortController();
const projectId = "project-1";

/** Recognizes one clip against a service that answers as told. */
async function recognizeOver(reply: Reply, timeoutSeconds = 10): Promise<unknown> {
  const service = await startService(reply);
  const sis = sisFor(service, service, { projectId, timeoutSeconds });
  return sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
}

describe("a call", () => {
  test("gives what was heard", async () => {
    await expect(recognizeOver(heard("Nice to meet you."))).resolves.toEqual({
      text: "Nice to meet you.",
      confidence: 0.9,
      requestId: "trace-1",
    });
  });

  test("may take a time that is no whole number of ms", async () => {
    // 16.1 * 1000 is a little more than 16,100.
    await expect(recognizeOver(heard("a"), 16.1)).resolves.toMatchObject({ text: "a" });
  });

  test("goes to the project's path with settings, audio and language", async () => {
    const service = await startService(heard("a"));
    await sisFor(service, service, { projectId }).recognize(clipOf(1000), { signal });
    const [arrival] = service.arrivals;
    expect(arrival).toMatchObject({ method: "POST", path: "/v1/project-1/asr/short-audio" });
    expect(arrival?.headers).toMatchObject({ "content-type": "application/json", "x-language": "en-us" });
    const { config, data } = JSON.parse(String(arrival?.body)) as { config: unknown; data: string };
    expect(config).toEqual({ audio_format: "pcm16k16bit", property: "english_16k_common", add_punc: "yes" });
    expect(Buffer.from(data, "base64")).toEqual(Buffer.from(clipOf(1000).samples.buffer));
  });

  test("is signed so that its own headers and body prove it", async () => {
    const service = await startService(heard("a"));
    await sisFor(service, service, { projectId }).recognize(clipOf(100), { signal });
    const [arrival] = service.arrivals;
    expect(signedHeadersOf(arrival)).toEqual([
      "content-type",
      "host",
      "x-language",
      "x-project-id",
      "x-sdk-date",
    ]);
    expect(signAgain(service, arrival)).toBe(signatureOf(arrival));
  });

  test("of another vocabulary shares the client and overrides only that", async () => {
    const service = await startService(heard("a"));
    const sis = sisFor(service, service, { projectId });
    await sis.recognize(clipOf(100), { signal });
    await sis.recognizerFor({ vocabularyId: "words-1" }).recognize(clipOf(100), { signal });
    const config = (JSON.parse(String(service.arrivals[1]?.body)) as { config: unknown }).config;
    expect(config).toMatchObject({
      vocabulary_id: "words-1",
      property: "english_16k_common",
      add_punc: "yes",
    });
  });

  test("of an 8 kHz property takes clips of that rate", async () => {
    const service = await startService(heard("a"));
    const sis = sisFor(service, service, { projectId }).recognizerFor({ property: "english_8k_common" });
    await sis.recognize(clipOf(100, 8000), { signal });
    expect([sis.sampleRate, sis.maxClipMs]).toEqual([8000, 30_000]);
    expect(String(service.arrivals[0]?.body)).toContain("pcm8k16bit");
  });

  test.each([
    ["too long", clipOf(30_001), "CLIP.TOO_LONG"],
    ["of another rate", clipOf(100, 8000), "CLIP.RATE"],
  ])("with a clip that is %s is refused before it costs a request", async (_case, clip, code) => {
    const service = await startService(heard("a"));
    const outcome = sisFor(service, service, { projectId }).recognize(clip, { signal });
    await expect(outcome).rejects.toMatchObject({ kind: "rejected", code });
    expect(service.arrivals).toHaveLength(0);
  });
});

describe("a fault", () => {
  test.each<[string, Reply, Readonly<Record<string, unknown>>]>([
    [
      "SIS's own",
      refused(400, "SIS.0303"),
      { kind: "unavailable", code: "SIS.0303", retryable: true, httpStatus: 400 },
    ],
    ["the rate", refused(429, "APIG.0308"), { kind: "throttled", code: "APIG.0308", retryable: true }],
    ["a wrong request", refused(400, "SIS.0032"), { kind: "rejected", code: "SIS.0032", retryable: false }],
    ["a proxy's page", json(502, "<html>"), { kind: "unavailable", code: "HTTP.502", retryable: true }],
    ["a reset", reset, { kind: "unavailable", code: "NETWORK.ECONNRESET", retryable: true }],
    ["garbled JSON", cut('{"result":{"text":"a'), { kind: "malformed", code: "MALFORMED", retryable: true }],
    ["a huge body", cut("x".repeat(2_000_000)), { kind: "malformed", code: "MALFORMED" }],
    [
      "an answer cut short",
      promising(1000),
      { kind: "unavailable", code: "NETWORK.SOCKET", retryable: true },
    ],
    [
      "a redirect",
      json(302, {}, { location: "http://127.0.0.1:1/" }),
      { kind: "rejected", code: "HTTP.302" },
    ],
  ])("like %s is told for what it is", async (_case, reply, expected) => {
    await expect(recognizeOver(reply)).resolves.toMatchObject(expected);
  });

  test.each<[string, Reply]>([
    ["hangs", hang],
    ["drips", drip],
  ])("where the service %s ends at the deadline", async (_case, reply) => {
    await expect(recognizeOver(reply, 0.2)).resolves.toMatchObject({
      kind: "timeout",
      code: "TIMEOUT",
      retryable: true,
      maxRetries: 1,
    });
  });

  test("of a service that is not there is told as such", async () => {
    const service = await startService(heard("a"));
    await service.close();
    const sis = sisFor(service, service, { projectId });
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      kind: "unavailable",
      code: "NETWORK.ECONNREFUSED",
      retryable: true,
    });
  });

  test("of a connection that ends in the middle of a call is told as such", async () => {
    const service = await startService((response) => void response.socket?.end());
    const sis = sisFor(service, service, { projectId });
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      kind: "unavailable",
      code: "NETWORK.SOCKET",
      retryable: true,
    });
  });

  test("of something that does not speak HTTP is worth another try", async () => {
    const server = createServer(
      (socket) =>
        void socket
          .on("error", () => undefined)
          .resume()
          .end("SSH-2.0-OpenSSH_9.2\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const other = await startService(heard("a"));
    const sis = sisFor({ ...other, url }, other, { projectId });
    // Some of what it says is read before the request leaves, and then the connection counts as lost.
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({ retryable: true });
  });

  test("passes on how long the service asks to wait", async () => {
    await expect(recognizeOver(refused(429, "APIG.0308", { "retry-after": "7" }))).resolves.toMatchObject({
      retryAfterMs: 7000,
    });
  });

  test("never shows secrets", async () => {
    const fault = await recognizeOver(refused(401, "APIG.0301"));
    const all = JSON.stringify([fault, String(fault), Object.values(fault as object)]);
    expect(all).not.toMatch(/MADEUPKEY|made-up-secret|Signature/);
  });
});

describe("an abort", () => {
  test("in flight is rethrown as it is, and the connection is closed", async () => {
    const gone = Promise.withResolvers<void>();
    const service = await startService((response) => void response.on("close", () => gone.resolve()));
    const controller = new AbortController();
    const call = sisFor(service, service, { projectId }).recognize(clipOf(100), {
      signal: controller.signal,
    });
    await service.arrived(1);
    controller.abort(new Error("deleted"));
    await expect(call).rejects.toThrow("deleted");
    await gone.promise;
  });

  test("before the call sends nothing", async () => {
    const service = await startService(heard("a"));
    const aborted = AbortSignal.abort(new Error("deleted"));
    const call = sisFor(service, service, { projectId }).recognize(clipOf(100), { signal: aborted });
    await expect(call).rejects.toThrow("deleted");
    expect(service.arrivals).toHaveLength(0);
  });

  test("while logging in is rethrown, and the login goes on for others", async () => {
    const login = Promise.withResolvers<void>();
    const iam = await startService(
      (response, arrival) => void login.promise.then(() => token("token-1")(response, arrival)),
    );
    const service = await startService(heard("a"));
    const sis = sisFor(service, iam, { credentials: password });
    const controller = new AbortController();
    const leaves = sis.recognize(clipOf(100), { signal: controller.signal });
    const stays = sis.recognize(clipOf(100), { signal });
    await iam.arrived(1);
    controller.abort(new Error("deleted"));
    await expect(leaves).rejects.toThrow("deleted");
    login.resolve();
    await expect(stays).resolves.toMatchObject({ text: "a" });
    expect(iam.arrivals).toHaveLength(1);
  });
});

describe("a connection", () => {
  test("is open before the first request, so that it leaves at once", async () => {
    const service = await startService(heard("a"));
    const sis = sisFor(service, service, { projectId });
    await sis.ready?.(signal, clipOf(100));
    expect([service.connections(), service.arrivals.length]).toEqual([1, 0]);
    let sent = false;
    await sis.recognize(clipOf(100), { signal, onSent: () => (sent = true) });
    expect(sent).toBe(true);
  });

  test("is used again", async () => {
    const service = await startService(heard("a"));
    const sis = sisFor(service, service, { projectId });
    for (let call = 0; call < 5; call += 1) await sis.recognize(clipOf(100), { signal });
    // One, and the spare one that was opened when it was taken.
    expect(service.connections()).toBeLessThanOrEqual(2);
  });

  test("that the service closed while it was idle is not used again", async () => {
    const service = await startService(
      inTurn(json(200, { result: { text: "a" } }, { connection: "close" }), heard("b")),
    );
    const sis = sisFor(service, service, { projectId });
    await sis.recognize(clipOf(100), { signal });
    await expect(sis.recognize(clipOf(100), { signal })).resolves.toMatchObject({ text: "b" });
  });

  test("is not had while too many requests are under way", async () => {
    const replies: (() => void)[] = [];
    const service = await startService(
      (response, arrival) => void replies.push(() => heard("a")(response, arrival)),
    );
    const sis = sisFor(service, service, { projectId, maxOpen: 2 });
    const calls = [sis.recognize(clipOf(100), { signal }), sis.recognize(clipOf(100), { signal })];
    await service.arrived(2);
    let ready = false;
    const third = sis.ready?.(signal).then(() => (ready = true));
    await sis.ready?.(AbortSignal.timeout(30)).catch(() => undefined);
    expect(ready).toBe(false);
    for (const reply of replies) reply();
    await Promise.all([...calls, third]);
    expect(ready).toBe(true);
  });
});

/** IAM's list of projects. */
function projects(...list: readonly unknown[]): Reply {
  return json(200, { projects: list });
}

describe("over TLS", () => {
  test("a connection is open before the first request, too, and used again", async () => {
    const certificate = createSelfSigned();
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, certificate.cert]);
    onTestFinished(() => setDefaultCACertificates(before));
    const service = await startService(heard("a"), certificate);
    const sis = sisFor(service, service, { projectId });
    await sis.ready?.(signal);
    for (let call = 0; call < 3; call += 1)
      await expect(sis.recognize(clipOf(1000), { signal })).resolves.toMatchObject({ text: "a" });
    expect(signAgain(service, service.arrivals[0])).toBe(signatureOf(service.arrivals[0]));
  });

  test("a certificate that nobody trusts is final", async () => {
    const service = await startService(heard("a"), createSelfSigned());
    const sis = sisFor(service, service, { projectId });
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      kind: "unavailable",
      code: "NETWORK.DEPTH_ZERO_SELF_SIGNED_CERT",
      retryable: false,
    });
    expect(service.arrivals).toHaveLength(0);
  });
});

describe("the project of an access key", () => {
  test("is looked up once by the region's name, with a signed request", async () => {
    const iam = await startService(projects({ id: "project-7", name: "region-1" }));
    const service = await startService(heard("a"));
    const sis = sisFor(service, iam, { credentials: accessKey });
    await Promise.all([1, 2, 3].map(() => sis.recognize(clipOf(100), { signal })));
    await sis.recognize(clipOf(100), { signal });
    expect(iam.arrivals.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v3/projects?name=region-1",
    ]);
    expect(iam.arrivals[0]?.headers.authorization).toMatch(/^SDK-HMAC-SHA256 Access=MADEUPKEY, /);
    expect(new Set(service.arrivals.map(({ path }) => path))).toEqual(
      new Set(["/v1/project-7/asr/short-audio"]),
    );
  });

  test("that IAM does not have is an error of the credentials", async () => {
    const iam = await startService(projects({ id: "project-8", name: "another" }));
    const sis = sisFor(iam, iam, { credentials: accessKey });
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      kind: "credentials",
      code: "IAM.NO_PROJECT",
      retryable: false,
    });
  });

  test("is looked up again after a fault of IAM", async () => {
    const iam = await startService(inTurn(refused(503, "IAM.0006"), projects({ id: "project-9" })));
    const service = await startService(heard("a"));
    const sis = sisFor(service, iam, { credentials: accessKey });
    await expect(sis.recognize(clipOf(100), { signal })).rejects.toMatchObject({
      code: "IAM.0006",
      retryable: true,
    });
    await expect
      .poll(() => sis.recognize(clipOf(100), { signal }).catch(() => undefined))
      .toMatchObject({ text: "a" });
  });
});

describe("a refused signature", () => {
  test("is final, and nothing more is signed for a while", async () => {
    const service = await startService(refused(401, "APIG.0301"));
    const sis = sisFor(service, service, { projectId });
    const call = (): Promise<unknown> =>
      sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
    expect(await call()).toMatchObject({ kind: "credentials", code: "APIG.0301", retryable: false });
    expect(await call()).toMatchObject({ code: "APIG.0301", retryable: false });
    await expect(sis.ready?.(signal)).rejects.toMatchObject({ code: "APIG.0301" });
    expect(service.arrivals).toHaveLength(1);
  });

  test("is tried again when the while is over, and forgotten once it is taken", async () => {
    const service = await startService(inTurn(refused(401, "APIG.0301"), heard("a")));
    const sis = sisFor(service, service, { projectId, refusalMs: 30 });
    const call = (): Promise<unknown> =>
      sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
    expect(await call()).toMatchObject({ code: "APIG.0301" });
    await expect.poll(call).toMatchObject({ text: "a" });
  });

  test("counts for a moment, the second in a row for a minute: more than five would lock the key", async () => {
    const service = await startService(refused(401, "APIG.0301"));
    const sis = sisFor(service, service, { projectId, refusalMs: 30 });
    const call = (): Promise<unknown> =>
      sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
    expect(await call()).toMatchObject({ retryAfterMs: 30 });
    await expect.poll(call).toMatchObject({ retryAfterMs: 60_000 });
    expect(service.arrivals).toHaveLength(2);
  });

  test("of the project's look-up stops everything as well", async () => {
    const service = await startService(refused(401, "IAM.0001"));
    const sis = sisFor(service, service, { credentials: accessKey });
    const call = (): Promise<unknown> =>
      sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
    expect(await call()).toMatchObject({ kind: "credentials", code: "IAM.0001", retryable: false });
    expect(await call()).toMatchObject({ code: "IAM.0001" });
    expect(service.arrivals).toHaveLength(1);
  });
});

/** An answer of success with a body of our own. */
function cut(body: string): Reply {
  return (response) => void response.end(body);
}

/** An answer that promises more bytes than come. */
function promising(bytes: number): Reply {
  return (response) => {
    response.writeHead(200, { "content-length": String(bytes) });
    response.write('{"result"', () => response.socket?.destroy());
  };
}

/** A byte now and then, for ever. */
function drip(response: Parameters<Reply>[0]): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
}
