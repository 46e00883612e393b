import { expect, onTestFinished, test } from "vitest";

import { openConsentNews, type RedisConsentNews } from "../../src/main/consent-news.ts";
import { freePort } from "../servers/free-port.ts";
import { startRedis } from "../servers/redis.ts";

function open(url: string): RedisConsentNews {
  const news = openConsentNews({ url });
  onTestFinished(() => news.close());
  return news;
}

/** Tells until somebody has heard it: nobody knows when a connection begins to listen. */
async function toldUntilHeard(from: RedisConsentNews, to: RedisConsentNews, memberId: string): Promise<void> {
  const heard = new Set<string>();
  const deafen = to.listen((id) => heard.add(id));
  await expect
    .poll(async () => {
      await from.tell(memberId);
      return heard.has(memberId);
    })
    .toBe(true);
  deafen();
}

test("what one process tells the others hear, also after Redis was away", async () => {
  await using redis = await startRedis();
  const [here, there] = [open(redis.url), open(redis.url)];
  await toldUntilHeard(here, there, "42");
  await redis.stop();
  await here.tell("43");
  await redis.start();
  await toldUntilHeard(here, there, "44");
});

test("what is no member's id is passed over", async () => {
  await using redis = await startRedis();
  const news = open(redis.url);
  const heard: string[] = [];
  news.listen((id) => heard.push(id));
  await toldUntilHeard(news, news, "1");
  await news.tell("FLUSHALL");
  await toldUntilHeard(news, news, "2");
  expect(new Set(heard)).toEqual(new Set(["1", "2"]));
});

test("without Redis telling goes nowhere, and nobody waits for it", async () => {
  await open(`redis://127.0.0.1:${await freePort()}`).tell("42");
});
