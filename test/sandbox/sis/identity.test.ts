import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { GlobalCredentials } from "@huaweicloud/huaweicloud-sdk-core";
import { Agent, request } from "undici";
import { describe, expect, test } from "vitest";

import type { LocalSis } from "../../../src/sandbox/sis/local-sis.ts";
import { logInBody, post, shortAudio, shortAudioUrl, startScripted, tokenOf } from "./calls.ts";

function tokensUrl(sis: LocalSis): string {
  return `${sis.url}/v3/auth/tokens`;
}

function withPassword(sis: LocalSis, password: string): unknown {
  return JSON.parse(JSON.stringify(logInBody(sis)).replace(sis.account.password, password));
}

describe("POST /v3/auth/tokens (seed 000 §4.2)", () => {
  test("answers 201 with the token in a header, its times with microseconds, and the project's id", async () => {
    const sis = await startScripted({ identity: { tokenLength: 2000 } });
    const { status, headers, body } = await post(`${tokensUrl(sis)}?nocatalog=true`, logInBody(sis));
    expect(status).toBe(201);
    expect(headers.get("x-subject-token")).toHaveLength(2000);
    expect(body).toMatchObject({
      token: {
        catalog: [],
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        project: { id: sis.account.projectId, name: sis.account.region },
      },
    });
  });

  test("a token lives 24 hours", async () => {
    const sis = await startScripted();
    const { body } = await post(tokensUrl(sis), logInBody(sis));
    const { issued_at: issued, expires_at: expires } = Object(body["token"]);
    expect(Date.parse(expires) - Date.parse(issued)).toBe(24 * 3600 * 1000);
  });

  test("the catalogue is left out only when asked", async () => {
    const sis = await startScripted();
    const { body } = await post(tokensUrl(sis), logInBody(sis));
    expect(Object(body["token"]).catalog).not.toEqual([]);
  });

  test.each<[string, (body: ReturnType<typeof logInBody>) => unknown]>([
    ["no JSON", () => "{"],
    ["no object", () => "null"],
    [
      "another method",
      ({ auth }) => ({ auth: { ...auth, identity: { ...auth.identity, methods: ["token"] } } }),
    ],
    [
      'the misprint "users" of §6.8',
      ({ auth }) => ({
        auth: {
          ...auth,
          identity: { methods: ["password"], password: { users: auth.identity.password.user } },
        },
      }),
    ],
    ["a project without name and id", ({ auth }) => ({ auth: { ...auth, scope: { project: {} } } })],
  ])("400 for %s", async (_, change) => {
    const sis = await startScripted();
    const { status, body } = await post(tokensUrl(sis), change(logInBody(sis)));
    expect(status).toBe(400);
    expect(body).toEqual({
      error: { code: 400, message: "The request body is invalid", title: "Bad Request" },
    });
  });

  test("401 for a wrong password, with a number as code", async () => {
    const sis = await startScripted();
    const { status, body } = await post(tokensUrl(sis), withPassword(sis, "guess"));
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code: 401, title: "Unauthorized" } });
  });

  test("400 IAM.1109 for another project", async () => {
    const sis = await startScripted();
    const { auth } = logInBody(sis);
    const { status, body } = await post(tokensUrl(sis), {
      auth: { ...auth, scope: { project: { name: "eu-west-0" } } },
    });
    expect([status, body["error_code"]]).toEqual([400, "IAM.1109"]);
  });

  test("five wrong passwords in a row lock the user, who is then refused with the right one too", async () => {
    const sis = await startScripted();
    for (let times = 0; times < 5; times += 1) await post(tokensUrl(sis), withPassword(sis, "guess"));
    const { status, body } = await post(tokensUrl(sis), logInBody(sis));
    expect([status, body["error_code"]]).toEqual([401, "IAM.0061"]);
  });

  test("four wrong passwords and a right one lock nobody", async () => {
    const sis = await startScripted();
    for (const password of ["a", "b", "c", "d", sis.account.password, "e"]) {
      await post(tokensUrl(sis), withPassword(sis, password));
    }
    expect((await post(tokensUrl(sis), logInBody(sis))).status).toBe(201);
  });
});

async function useToken(sis: LocalSis, token: string): Promise<[number, unknown]> {
  const { status, body } = await post(shortAudioUrl(sis), shortAudio(), { "x-auth-token": token });
  return [status, body["error_code"]];
}

describe("a token in X-Auth-Token", () => {
  test("opens the door", async () => {
    const sis = await startScripted();
    expect(await useToken(sis, await tokenOf(sis))).toEqual([200, undefined]);
  });

  test("of 30,000 characters does so too, and one over 32 KB is refused with 494 APIG.0201", async () => {
    const sis = await startScripted({ identity: { tokenLength: 30_000 } });
    const response = await request(tokensUrl(sis), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(logInBody(sis)),
      dispatcher: new Agent({ maxHeaderSize: 65_536 }),
    });
    const token = String(response.headers["x-subject-token"]);
    expect(await useToken(sis, token)).toEqual([200, undefined]);
    expect(await useToken(sis, "M".repeat(33_000))).toEqual([494, "APIG.0201"]);
    expect(await useToken(sis, "M".repeat(140_000))).toEqual([494, "APIG.0201"]);
  });

  test("missing: SIS.0102 (§6.8)", async () => {
    const sis = await startScripted();
    const { status, body } = await post(shortAudioUrl(sis), shortAudio());
    expect([status, body["error_code"]]).toEqual([400, "SIS.0102"]);
  });

  test("made up: 401 APIG.0301", async () => {
    expect(await useToken(await startScripted(), "MIIwhatever")).toEqual([401, "APIG.0301"]);
  });

  test("expired: 401 APIG.0301", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    sis.expireTokens();
    expect(await useToken(sis, token)).toEqual([401, "APIG.0301"]);
    expect(await useToken(sis, await tokenOf(sis))).toEqual([200, undefined]);
  });

  test("outdated: 401 APIG.0307", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    sis.revokeTokens();
    expect(await useToken(sis, token)).toEqual([401, "APIG.0307"]);
    expect(await useToken(sis, await tokenOf(sis))).toEqual([200, undefined]);
  });

  test("global: SIS.0101 (§6.8: do not use a global token)", async () => {
    const sis = await startScripted();
    const { auth } = logInBody(sis);
    const { headers } = await post(tokensUrl(sis), { auth: { identity: auth.identity } });
    expect(await useToken(sis, headers.get("x-subject-token") ?? "")).toEqual([400, "SIS.0101"]);
  });

  test("for another project than the URL's: SIS.0101 (§6.8)", async () => {
    const sis = await startScripted();
    const url = shortAudioUrl(sis).replace(sis.account.projectId, "f".repeat(32));
    const { body } = await post(url, shortAudio(), { "x-auth-token": await tokenOf(sis) });
    expect(body["error_code"]).toBe("SIS.0101");
  });
});

async function useKeys(sis: LocalSis, secretKey = sis.account.secretKey): Promise<[number, unknown]> {
  const credential = new GlobalCredentials().withAk(sis.account.accessKey).withSk(secretKey);
  const data = shortAudio();
  const headers = { "content-type": "application/json" };
  const unsigned = { method: "POST", endpoint: shortAudioUrl(sis), headers, queryParams: {}, data };
  const { host: _, ...signed }: Record<string, string> = AKSKSigner.sign(unsigned, credential);
  const { status, body } = await post(shortAudioUrl(sis), data, signed);
  return [status, body["error_code"]];
}

describe("a pair of keys", () => {
  test("is locked by five bad signatures in a row, and then refused with a right one too", async () => {
    const sis = await startScripted();
    for (let times = 0; times < 5; times += 1) {
      expect(await useKeys(sis, "wrong")).toEqual([401, "APIG.0301"]);
    }
    expect(await useKeys(sis)).toEqual([401, "APIG.0301"]);
  });

  test("is not locked by four bad ones, a good one and a bad one again", async () => {
    const sis = await startScripted();
    for (let times = 0; times < 4; times += 1) await useKeys(sis, "wrong");
    expect(await useKeys(sis)).toEqual([200, undefined]);
    await useKeys(sis, "wrong");
    expect(await useKeys(sis)).toEqual([200, undefined]);
  });
});

async function projects(sis: LocalSis, query: string, token: string): Promise<unknown[]> {
  const response = await fetch(`${sis.url}/v3/projects${query}`, { headers: { "x-auth-token": token } });
  return Object(await response.json()).projects;
}

describe("GET /v3/projects (seed 000 §6.2)", () => {
  test("finds the project by the region's name, and none by another", async () => {
    const sis = await startScripted();
    const token = await tokenOf(sis);
    const project = { id: sis.account.projectId, name: sis.account.region, enabled: true };
    expect(await projects(sis, `?name=${sis.account.region}`, token)).toMatchObject([project]);
    expect(await projects(sis, "", token)).toMatchObject([project]);
    expect(await projects(sis, "?name=eu-west-0", token)).toEqual([]);
  });

  test("is refused without token or signature", async () => {
    const sis = await startScripted();
    expect((await fetch(`${sis.url}/v3/projects`)).status).toBe(400);
  });
});
