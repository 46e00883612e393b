import { expect, test } from "vitest";

import { clearSentences } from "../../../src/sandbox/sentences.ts";
import { synthesize } from "../../../src/sandbox/synthesis.ts";
import { scriptedRecognizer } from "../../transcription/scripted-recognizer.ts";
import { setCaptionsStage } from "./captions-stage.ts";

test("what is said in captions is counted for who says it, and ends them once the server's minutes are used up", async () => {
  const recognizer = scriptedRecognizer(() => ({ text: "words", confidence: 0.8 }), { maxClipMs: 30_000 });
  await using stage = await setCaptionsStage(recognizer, { countEveryMs: 100 });
  const { store, guildId } = stage;
  await store.settings.set(guildId, null, { guildMinutes: 1 });
  await store.usage.add({ guildId, memberId: "1" }, { audioMs: 59_500 });
  const ada = await stage.enter("Ada", stage.personId);
  await stage.command("captions start");
  await ada.speak(await synthesize(clearSentences[0]!));
  const end = await stage.wrote(({ attachments }) => attachments.length > 0);
  expect(end.content).toMatch(/^This server's minutes for today are used up, so captions ended\./);
  const [day] = await store.usage.ofMember(stage.personId);
  expect(day?.captionsMs).toBeGreaterThan(500);
  await expect
    .poll(async () => (await store.usage.days(guildId, "2000-01-01"))[0]?.calls)
    .toBeGreaterThanOrEqual(1);
  expect(await stage.command("captions start")).toMatch(
    /^This server's minutes for today are used up\. There are new ones at <t:\d+:t>/,
  );
}, 60_000);
