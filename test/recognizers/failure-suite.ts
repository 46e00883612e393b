import { describe, expect, test } from "vitest";

import type { Recognizer } from "../../src/recognizers/recognizer.ts";
import { clipOf } from "./clips.ts";
import { hang, inTurn, json, type Reply, reset, startService, type Service } from "./service.ts";

export interface FailureSuite {
  /** A recognizer of the service; it ends with the test. */
  readonly recognizerOf: (service: Service, timeoutSeconds: number) => Recognizer;
  /** An answer with this text. */
  readonly heard: (text: string) => Reply;
  /** Refusals of the service's own, and what they are told as. */
  readonly refusals: readonly (readonly [
    what: string,
    reply: Reply,
    told: Readonly<Record<string, unknown>>,
  ])[];
}

/** What every service has in common: however it fails, the call ends in time with an error that says what happened. */
export function failsWell({ recognizerOf, heard, refusals }: FailureSuite): void {
  const over = async (reply: Reply, timeoutSeconds = 10): Promise<unknown> => {
    const recognizer = recognizerOf(await startService(reply), timeoutSeconds);
    const { signal } = new AbortController();
    return recognizer.recognize(clipOf(100), { signal }).catch((error: unknown) => error);
  };

  describe("a fault", () => {
    test.each<readonly [string, Reply, Readonly<Record<string, unknown>>]>([
      ...refusals,
      ["a proxy's page", json(502, "<html>"), { kind: "unavailable", code: "HTTP.502", retryable: true }],
      ["a reset", reset, { kind: "unavailable", code: "NETWORK.ECONNRESET", retryable: true }],
      ["garbled JSON", cut('{"result":{"wo'), { kind: "malformed", code: "MALFORMED", retryable: true }],
      ["an answer of another shape", json(200, { other: 1 }), { kind: "malformed", code: "MALFORMED" }],
      ["nothing", cut(""), { kind: "malformed", code: "MALFORMED" }],
      ["a huge body", cut("x".repeat(2_000_000)), { kind: "malformed", code: "MALFORMED" }],
      ["an answer cut short", promising(1000), { kind: "unavailable", code: "NETWORK.SOCKET" }],
      ["a redirect", json(302, {}, { location: "http://127.0.0.1:1/" }), { code: "HTTP.302" }],
    ])("like %s is told for what it is", async (_, reply, told) => {
      await expect(over(reply)).resolves.toMatchObject(told);
    });

    test("that hangs ends at the deadline", async () => {
      await expect(over(hang, 0.2)).resolves.toMatchObject({ kind: "timeout", code: "TIMEOUT" });
    });

    test("of a service that is not there is told as such", async () => {
      const service = await startService(heard("a"));
      const recognizer = recognizerOf(service, 10);
      await service.close();
      const { signal } = new AbortController();
      await expect(recognizer.recognize(clipOf(100), { signal })).rejects.toMatchObject({
        kind: "unavailable",
        code: "NETWORK.ECONNREFUSED",
        retryable: true,
      });
    });

    test("does not spoil the next call", async () => {
      const recognizer = recognizerOf(await startService(inTurn(reset, heard("a"))), 10);
      const { signal } = new AbortController();
      await expect(recognizer.recognize(clipOf(100), { signal })).rejects.toMatchObject({ retryable: true });
      await expect(recognizer.recognize(clipOf(100), { signal })).resolves.toMatchObject({ text: "a" });
    });
  });

  test("an abort is rethrown as it is", async () => {
    const service = await startService(hang);
    const stop = new AbortController();
    const call = recognizerOf(service, 10).recognize(clipOf(100), { signal: stop.signal });
    await service.arrived(1);
    stop.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  test.each(["too long", "of another rate"])(
    "a clip that is %s is refused before it costs a request",
    async (what) => {
      const service = await startService(heard("a"));
      const recognizer = recognizerOf(service, 10);
      const { signal } = new AbortController();
      const clip = what === "too long" ? clipOf(recognizer.maxClipMs + 1) : clipOf(100, 8000);
      await expect(recognizer.recognize(clip, { signal })).rejects.toMatchObject({ kind: "rejected" });
      expect(service.arrivals).toEqual([]);
    },
  );
}

/** A whole answer with status 200 and this text as its body. */
function cut(body: string): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  };
}

/** Promises so many bytes and ends after the first. */
function promising(bytes: number): Reply {
  return (response) => {
    response.writeHead(200, { "content-length": bytes });
    response.write("{", () => response.socket?.destroy());
  };
}
