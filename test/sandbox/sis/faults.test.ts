import { Pool } from "undici";
import { describe, expect, test } from "vitest";

import type { FaultKind } from "../../../src/sandbox/sis/faults.ts";
import type { LocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { logInBody, post, shortAudio, shortAudioUrl, startScripted, tokenOf } from "./calls.ts";

async function recognize(sis: LocalSis, token: string, signal?: AbortSignal): Promise<Response> {
  return fetch(shortAudioUrl(sis), {
    method: "POST",
    headers: { "content-type": "application/json", "x-auth-token": token },
    body: JSON.stringify(shortAudio()),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe("on cue it answers with", () => {
  test.each([
    ["SIS.0303", 500],
    ["SIS.0032", 400],
    ["SIS.0101", 400],
    ["APIG.0308", 429],
    ["APIG.0301", 401],
    ["APIG.0610", 502],
    ["APIG.0613", 503],
    ["APIG.0502", 405],
    ["APIGW.0201", 400],
  ])("%s and its status %i", async (code, httpStatus) => {
    const sis = await startScripted();
    sis.failNext({ kind: "code", code });
    const response = await recognize(sis, await tokenOf(sis));
    expect(response.status).toBe(httpStatus);
    expect(await response.json()).toMatchObject({ error_code: code });
    expect(sis.requests.at(-1)).toMatchObject({ code, httpStatus, fault: "code" });
  });

  test("a code under another status, and a time to wait", async () => {
    const sis = await startScripted();
    sis.failNext({ kind: "code", code: "APIG.0201", httpStatus: 504, retryAfterSeconds: 2 });
    const response = await recognize(sis, await tokenOf(sis));
    expect([response.status, response.headers.get("retry-after")]).toEqual([504, "2"]);
  });

  test.each<[string, FaultKind, { status: number; text: RegExp }]>([
    ["a bare status", { kind: "status", httpStatus: 503 }, { status: 503, text: /^$/ }],
    ["a proxy's page", { kind: "html" }, { status: 502, text: /^<html>/ }],
    ["JSON that breaks off", { kind: "malformed" }, { status: 200, text: /^\{"trace_id":.*[^}]$/ }],
    ["nothing", { kind: "empty" }, { status: 200, text: /^$/ }],
    ["another shape", { kind: "answer", body: { result: 7 } }, { status: 200, text: /^\{"result":7\}$/ }],
    ["very much", { kind: "huge", bytes: 300_000 }, { status: 200, text: /^.{300000,400000}$/ }],
    ["the right answer, later", { kind: "slow", delayMs: 50 }, { status: 200, text: /nice to meet you/ }],
  ])("%s", async (_, fault, { status, text }) => {
    const sis = await startScripted();
    sis.failNext(fault);
    const response = await recognize(sis, await tokenOf(sis));
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
  });

  test("a reset connection", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    sis.failNext({ kind: "reset" });
    await expect(recognize(sis, token)).rejects.toMatchObject({
      cause: { code: /ECONNRESET|UND_ERR_SOCKET/ },
    });
    expect(sis.requests.at(-1)).toMatchObject({ httpStatus: undefined, fault: "reset" });
  });

  test("a body that ends in the middle", async () => {
    const sis = await startScripted();
    sis.failNext({ kind: "truncated" });
    const response = await recognize(sis, await tokenOf(sis));
    await expect(response.text()).rejects.toThrow("terminated");
  });

  test.each<[string, FaultKind]>([
    ["nothing, ever", { kind: "hang" }],
    ["a blank now and then, and never the end", { kind: "drip", everyMs: 5 }],
  ])("%s, until the client leaves", async (_, fault) => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    sis.failNext(fault);
    const left = new AbortController();
    const answer = recognize(sis, token, left.signal).then((response) => response.text());
    await sis.until(
      (requests) => requests.at(-1)?.bodyBytes !== 0 && requests.at(-1)?.endpoint === "short-audio",
    );
    left.abort(new Error("enough"));
    await expect(answer).rejects.toThrow();
    await sis.until((requests) => requests.at(-1)?.endedMs !== undefined);
    expect((await recognize(sis, token)).status).toBe(200);
  });
});

describe("a fault hits", () => {
  test("the requests of its endpoint only, as often as told, in the order given", async () => {
    const sis = await startScripted();
    sis.failNext({ kind: "status", httpStatus: 500, times: 2 });
    sis.failNext({ kind: "status", httpStatus: 503 });
    sis.failNext({ kind: "code", code: "IAM.0012", endpoint: "tokens" });
    const refused = await post(`${sis.url}/v3/auth/tokens`, logInBody(sis));
    expect([refused.status, refused.body["error_code"]]).toEqual([429, "IAM.0012"]);
    const token = await tokenOf(sis);
    const statuses: number[] = [];
    for (let times = 0; times < 4; times += 1) statuses.push((await recognize(sis, token)).status);
    expect(statuses).toEqual([500, 500, 503, 200]);
  });

  test("always, until the faults are cleared", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    sis.failNext({ kind: "status", httpStatus: 503, times: "always" });
    for (let times = 0; times < 5; times += 1) expect((await recognize(sis, token)).status).toBe(503);
    sis.clearFaults();
    expect((await recognize(sis, token)).status).toBe(200);
  });
});

describe("the engine", () => {
  test("that fails is SIS.0305", async () => {
    const sis = await startScripted({ recognize: () => Promise.reject(new Error("broken")) });
    const response = await recognize(sis, await tokenOf(sis));
    expect([response.status, await response.json()]).toEqual([
      500,
      { error_code: "SIS.0305", error_msg: expect.any(String) },
    ]);
  });

  test("answers by a script: by order and by length", async () => {
    const sis = await startScripted({
      recognize: ({ samples }, index) => ({ text: `${index}: ${samples.length}`, score: 1 }),
    });
    const headers = { "x-auth-token": await tokenOf(sis) };
    await post(shortAudioUrl(sis), shortAudio(), headers);
    expect((await post(shortAudioUrl(sis), shortAudio(), headers)).body).toMatchObject({
      result: { text: "1: 1600" },
    });
  });
});

async function control(sis: LocalSis, call: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`${sis.url}/__control/${call}`, init);
  expect(response.status).toBe(200);
  return Object(await response.json());
}

describe("over /__control/ another process", () => {
  test("plays faults, clears them and reads the journal", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    await control(sis, "fail", { kind: "status", httpStatus: 503, times: 3 });
    expect((await recognize(sis, token)).status).toBe(503);
    await control(sis, "clear-faults", {});
    expect((await recognize(sis, token)).status).toBe(200);
    expect(await control(sis, "requests")).toMatchObject({
      requests: [{ endpoint: "tokens" }, { httpStatus: 503 }, { httpStatus: 200, audioMs: 100 }],
      worstSlidingSecond: 2,
    });
    await control(sis, "forget-requests", {});
    expect(sis.requests).toEqual([]);
  });

  test("revokes and expires tokens", async () => {
    const sis = await startScripted();
    for (const [call, code] of [
      ["revoke-tokens", "APIG.0307"],
      ["expire-tokens", "APIG.0301"],
    ] as const) {
      const token = await tokenOf(sis);
      await control(sis, call, {});
      expect(await (await recognize(sis, token)).json()).toMatchObject({ error_code: code });
    }
  });

  test("learns when it asks for what there is not", async () => {
    const sis = await startScripted();
    const response = await fetch(`${sis.url}/__control/nothing`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringContaining("no such") },
    ]);
  });
});

test("the journal holds no audio, no text, no token", async () => {
  const sis = await startScripted({ recognize: () => ({ text: "a secret that was said", score: 1 }) });
  const token = await tokenOf(sis);
  await recognize(sis, token);
  const journal = JSON.stringify(sis.requests);
  expect(journal).not.toContain("secret");
  expect(journal).not.toContain(token.slice(0, 20));
});

test("connections are counted, and kept alive between requests", async () => {
  const sis = await startScripted();
  const pool = new Pool(sis.url, { connections: 1 });
  for (let times = 0; times < 3; times += 1) {
    const { body } = await pool.request({ method: "GET", path: "/v3/projects" });
    await body.dump();
  }
  await pool.close();
  expect(sis.requests).toHaveLength(3);
  expect(sis.connections).toBe(1);
});

test("closing ends the requests that run", async () => {
  const sis = await startScripted();
  const token = await tokenOf(sis);
  sis.failNext({ kind: "hang" });
  const answer = recognize(sis, token);
  await sis.until((requests) => requests.at(-1)?.endpoint === "short-audio");
  await Promise.all([expect(answer).rejects.toThrow("fetch failed"), sis.close()]);
});
