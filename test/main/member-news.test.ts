import { expect, onTestFinished, test } from "vitest";

import type { MemberEvent } from "../../src/bot/records/consent-watch.ts";
import { openMemberNews, type RedisMemberNews } from "../../src/main/member-news.ts";
import { freePort } from "../servers/free-port.ts";
import { startRedis } from "../servers/redis.ts";
import { openWay } from "../servers/way.ts";

const decided = (memberId: string): MemberEvent => ({ type: "decided", memberId });

function open(url: string, silentMs?: number): RedisMemberNews {
  const news = openMemberNews({ url, ...(silentMs !== undefined && { silentMs }) });
  onTestFinished(() => news.close());
  return news;
}

/** Tells until somebody has heard it: nobody knows when a connection begins to listen. */
async function toldUntilHeard(from: RedisMemberNews, to: RedisMemberNews, event: MemberEvent): Promise<void> {
  const heard: MemberEvent[] = [];
  const deafen = to.listen((one) => heard.push(one));
  await expect
    .poll(
      async () => {
        await from.tell(event);
        return heard[0];
      },
      { timeout: 10_000 },
    )
    .toEqual(event);
  deafen();
}

test("what one process tells the others hear, also after Redis was away", async () => {
  await using redis = await startRedis();
  const [here, there] = [open(redis.url), open(redis.url)];
  await toldUntilHeard(here, there, decided("42"));
  await redis.stop();
  await here.tell(decided("43"));
  await redis.start();
  await toldUntilHeard(here, there, { type: "deleted", memberId: "44" });
});

test("bots with databases of their own on one server do not hear each other", async () => {
  await using redis = await startRedis();
  const [here, elsewhere] = [open(`${redis.url}/1`), open(`${redis.url}/2`)];
  const heard: MemberEvent[] = [];
  elsewhere.listen((event) => heard.push(event));
  await toldUntilHeard(here, here, decided("42"));
  await toldUntilHeard(elsewhere, elsewhere, decided("43"));
  await here.tell(decided("44"));
  await elsewhere.tell(decided("45"));
  await expect.poll(() => heard.at(-1)).toEqual(decided("45"));
  expect(heard.map(({ memberId }) => memberId)).not.toContain("44");
});

test("who listens on a connection that has fallen silent makes another one", async () => {
  await using redis = await startRedis();
  using way = await openWay(Number(new URL(redis.url).port));
  const [here, there] = [open(redis.url), open(`redis://127.0.0.1:${way.port}`, 200)];
  await toldUntilHeard(here, there, decided("1"));
  way.silence();
  await toldUntilHeard(here, there, decided("2"));
});

test("what is no member's id is passed over", async () => {
  await using redis = await startRedis();
  const news = open(redis.url);
  const heard = new Set<string>();
  news.listen(({ memberId }) => heard.add(memberId));
  await toldUntilHeard(news, news, decided("1"));
  await news.tell(decided("FLUSHALL"));
  await toldUntilHeard(news, news, decided("2"));
  expect(heard).toEqual(new Set(["1", "2"]));
});

test("without Redis telling goes nowhere, and nobody waits for it", async () => {
  await open(`redis://127.0.0.1:${await freePort()}`).tell(decided("42"));
});
