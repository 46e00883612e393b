import { Agent } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";

import { createTokenCredentials } from "../../../src/recognizers/huawei/iam.ts";
import type { Sis, SisOptions } from "../../../src/recognizers/huawei/sis.ts";
import { clipOf } from "../clips.ts";
import {
  heard,
  inTurn,
  json,
  refused,
  reset,
  startService,
  token,
  type Reply,
  type Service,
} from "../service.ts";
import { password, sisFor } from "./sis-client.ts";

const { signal } = new AbortController();

interface Both {
  readonly iam: Service;
  readonly service: Service;
  readonly sis: Sis;
  readonly call: () => Promise<unknown>;
}

async function start(iamReply: Reply, sisReply: Reply, options: Partial<SisOptions> = {}): Promise<Both> {
  const [iam, service] = await Promise.all([startService(iamReply), startService(sisReply)]);
  const sis = sisFor(service, iam, { credentials: password, ...options });
  return {
    iam,
    service,
    sis,
    call: () => sis.recognize(clipOf(100), { signal }).catch((error: unknown) => error),
  };
}

function tokensSeen({ arrivals }: Service): (string | string[] | undefined)[] {
  return arrivals.map(({ headers }) => headers["x-auth-token"]);
}

/** Takes only these tokens. */
function accepting(...tokens: readonly string[]): Reply {
  return (response, arrival) =>
    (tokens.includes(String(arrival.headers["x-auth-token"])) ? heard("a") : refused(401, "APIG.0301"))(
      response,
      arrival,
    );
}

describe("a login", () => {
  test("asks for a token of the project, without the catalogue", async () => {
    const { iam, call } = await start(token("token-1"), heard("a"));
    await call();
    const [arrival] = iam.arrivals;
    expect(arrival).toMatchObject({ method: "POST", path: "/v3/auth/tokens?nocatalog=true" });
    expect(JSON.parse(String(arrival?.body))).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "user-1", password: "made-up password", domain: { name: "account-1" } } },
        },
        scope: { project: { name: "region-1" } },
      },
    });
  });

  test("serves any number of calls that wait, and those after them", async () => {
    const { iam, service, call } = await start(token("token-1"), heard("a"));
    await Promise.all(Array.from({ length: 20 }, call));
    await call();
    expect(iam.arrivals).toHaveLength(1);
    expect(new Set(tokensSeen(service))).toEqual(new Set(["token-1"]));
  });

  test("gives the project as well", async () => {
    const { service, call } = await start(token("token-1"), heard("a"));
    await call();
    expect(service.arrivals[0]?.path).toBe("/v1/project-of-token/asr/short-audio");
  });

  test("leaves a project that is set as it is", async () => {
    const { service, call } = await start(token("token-1"), heard("a"), { projectId: "project-set" });
    await call();
    expect(service.arrivals[0]?.path).toBe("/v1/project-set/asr/short-audio");
  });

  test("may give a token of 20,000 characters", async () => {
    const long = "M".repeat(20_000);
    const { service, call } = await start(token(long), heard("a"));
    expect(await call()).toMatchObject({ text: "a" });
    expect(tokensSeen(service)).toEqual([long]);
  });

  test("of the whole domain has no project to work in", async () => {
    const { call } = await start(token("token-1", 86_400_000, null), heard("a"));
    expect(await call()).toMatchObject({ kind: "credentials", code: "IAM.NO_PROJECT", retryable: false });
  });

  test("that does not say for how long is good for a day", async () => {
    const bare = json(201, { token: { project: { id: "p" } } }, { "x-subject-token": "token-1" });
    const { iam, service, call } = await start(bare, heard("a"));
    await call();
    await call();
    expect(tokensSeen(service)).toEqual(["token-1", "token-1"]);
    expect(iam.arrivals).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    [
      "no token",
      json(201, { token: { issued_at: "2020-01-01T00:00:00Z", expires_at: "2020-01-02T00:00:00Z" } }),
    ],
    [
      "times that are none",
      json(201, { token: { issued_at: "now", expires_at: "then" } }, { "x-subject-token": "token-1" }),
    ],
    ["no JSON", json(201, "<html>", { "x-subject-token": "token-1" })],
  ])("answered with %s is malformed", async (_case, reply) => {
    const { call } = await start(reply, heard("a"));
    expect(await call()).toMatchObject({ kind: "malformed", code: "MALFORMED" });
  });

  test.each<[string, Reply, string]>([
    ["a server error", refused(500, "IAM.0006"), "IAM.0006"],
    ["a reset", reset, "NETWORK.ECONNRESET"],
    ["throttling", refused(429, "IAM.0012"), "IAM.0012"],
  ])("that fails by %s is worth another try", async (_case, fault, code) => {
    const { call } = await start(inTurn(fault, token("token-1")), heard("a"));
    expect(await call()).toMatchObject({ code, retryable: true });
    await expect.poll(call).toMatchObject({ text: "a" });
  });
});

describe("a refused login", () => {
  const wrong = json(401, {
    error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" },
  });

  test("is final and not tried again for a while, because IAM locks users", async () => {
    const { iam, service, call } = await start(wrong, heard("a"));
    expect(await call()).toMatchObject({ kind: "credentials", code: "IAM.401", retryable: false });
    expect(await Promise.all([call(), call()])).toMatchObject([{ code: "IAM.401" }, { code: "IAM.401" }]);
    expect([iam.arrivals.length, service.arrivals.length]).toEqual([1, 0]);
  });

  test("says how long the while is", async () => {
    const { call } = await start(wrong, heard("a"), { refusalMs: 50_000 });
    await call();
    const { retryAfterMs } = (await call()) as { retryAfterMs: number };
    expect([retryAfterMs > 0, retryAfterMs <= 50_000]).toEqual([true, true]);
  });

  test("is tried again when the while is over", async () => {
    const { call } = await start(inTurn(wrong, token("token-1")), heard("a"), { refusalMs: 30 });
    await call();
    await expect.poll(call).toMatchObject({ text: "a" });
  });
});

describe("a token that SIS refuses", () => {
  test.each([
    [401, "APIG.0301"],
    [401, "APIG.0307"],
    [401, "SIS.0101"],
    [400, "SIS.0101"],
    [401, "HTTP.401"],
  ])("with %i %s is replaced by one new login", async (status, code) => {
    const { iam, service, call } = await start(
      inTurn(token("token-1"), token("token-2")),
      inTurn(heard("a"), refused(status, code), heard("b")),
    );
    await call();
    expect(await call()).toMatchObject({
      kind: "credentials",
      retryable: true,
      maxRetries: 1,
      retryAfterMs: 0,
    });
    expect(await call()).toMatchObject({ text: "b" });
    expect([iam.arrivals.length, tokensSeen(service)]).toEqual([2, ["token-1", "token-1", "token-2"]]);
  });

  test("twice in a row is final: no third login", async () => {
    const { iam, call } = await start(
      inTurn(token("token-1"), token("token-2"), token("token-3")),
      refused(401, "APIG.0301"),
    );
    expect(await call()).toMatchObject({ retryable: true });
    expect(await call()).toMatchObject({ code: "APIG.0301", retryable: false });
    expect(await call()).toMatchObject({ code: "APIG.0301", retryable: false });
    expect(iam.arrivals).toHaveLength(2);
  });

  test("for many calls at once costs one new login", async () => {
    const { iam, call } = await start(inTurn(token("token-1"), token("token-2")), accepting("token-2"));
    const first = await Promise.all(Array.from({ length: 10 }, call));
    expect(first.every((outcome) => (outcome as { retryable?: boolean }).retryable)).toBe(true);
    expect(await Promise.all(Array.from({ length: 10 }, call))).toMatchObject(
      Array.from({ length: 10 }, () => ({ text: "a" })),
    );
    expect(iam.arrivals).toHaveLength(2);
  });

  test("may be refused again much later, after it was taken in between", async () => {
    const { iam, call } = await start(
      inTurn(token("token-1"), token("token-2"), token("token-3")),
      inTurn(refused(401, "APIG.0301"), heard("a"), refused(401, "APIG.0301"), heard("b")),
    );
    await call();
    await call();
    expect(await call()).toMatchObject({ retryable: true });
    expect(await call()).toMatchObject({ text: "b" });
    expect(iam.arrivals).toHaveLength(3);
  });
});

describe("a token that comes to its end", () => {
  const hourMs = 3_600_000;

  /** Gives the token that a call at a certain hour would carry. */
  async function over(reply: Reply): Promise<{ iam: Service; tokenAt: (hour: number) => Promise<unknown> }> {
    const iam = await startService(reply);
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.destroy());
    let nowMs = 0;
    const credentials = createTokenCredentials({
      login: { username: "user-1", password: "made-up", domainName: "account-1", projectName: "region-1" },
      iamEndpoint: iam.url,
      dispatcher,
      now: () => nowMs,
    });
    onTestFinished(() => credentials.close());
    return {
      iam,
      async tokenAt(hour) {
        nowMs = hour * hourMs;
        const pass = await credentials.pass(signal);
        return pass.headers({ method: "GET", url: iam.url, headers: {} })["X-Auth-Token"];
      },
    };
  }

  test("is not renewed before its last two hours", async () => {
    const { iam, tokenAt } = await over(inTurn(token("token-1"), token("token-2")));
    expect([await tokenAt(0), await tokenAt(21.9), iam.arrivals.length]).toEqual(["token-1", "token-1", 1]);
  });

  test("is renewed in the background, and used until the new one is there", async () => {
    const renewal = Promise.withResolvers<void>();
    const slow: Reply = (response, arrival) =>
      void renewal.promise.then(() => token("token-2")(response, arrival));
    const { iam, tokenAt } = await over(inTurn(token("token-1"), slow));
    await tokenAt(0);
    expect([await tokenAt(22.1), await tokenAt(22.1)]).toEqual(["token-1", "token-1"]);
    await iam.arrived(2);
    renewal.resolve();
    await expect.poll(() => tokenAt(22.1)).toBe("token-2");
    expect(iam.arrivals).toHaveLength(2);
  });

  test("keeps serving when its renewal fails, and the next try is a while later", async () => {
    const { iam, tokenAt } = await over(inTurn(token("token-1"), refused(500, "IAM.0006"), token("token-2")));
    await tokenAt(0);
    await tokenAt(22.1);
    await iam.arrived(2);
    let hour = 22.1;
    await expect.poll(() => tokenAt((hour += 0.02))).toBe("token-2");
    expect(iam.arrivals).toHaveLength(3);
  });

  test("is waited for once it is over", async () => {
    const { tokenAt } = await over(inTurn(token("token-1"), token("token-2")));
    expect([await tokenAt(0), await tokenAt(24)]).toEqual(["token-1", "token-2"]);
  });

  test("that lives for a minute only is renewed in its last quarter", async () => {
    const { iam, tokenAt } = await over(inTurn(token("token-1", 60_000), token("token-2", 60_000)));
    await tokenAt(0);
    await tokenAt(40 / 3600);
    expect(iam.arrivals).toHaveLength(1);
    await tokenAt(50 / 3600);
    await iam.arrived(2);
  });
});
