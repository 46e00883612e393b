import { expect, test } from "vitest";

import { TranscriptionError } from "../../src/transcription/errors.ts";
import { sayBytes, setBotStage } from "../bot/bot-stage.ts";
import { answerTo, upload } from "./asking.ts";

test("the language that is named reaches the recognizer, without the server's own words and model", async () => {
  await using stage = await setBotStage();
  const { settings } = stage.store;
  await settings.set(stage.guildId, null, {
    property: "english_16k_common",
    vocabularyId: "v1",
    addPunc: "no",
  });
  const asked: unknown[] = [];
  stage.script = async (bytes, options) => {
    asked.push({ ...options.settings });
    return await sayBytes(bytes, options);
  };
  await answerTo(stage, upload(stage, "bonjour", { language: "fr" }));
  await answerTo(stage, upload(stage, "hello"));
  expect(asked).toEqual([
    { addPunc: "no", language: "fr" },
    { addPunc: "no", property: "english_16k_common", vocabularyId: "v1" },
  ]);
});

test("a language that the recognizer doesn't hear is said to be one", async () => {
  await using stage = await setBotStage();
  stage.script = () => {
    throw new TranscriptionError("unheard", {
      reason: "service-rejected",
      retryable: false,
      code: "LANGUAGE.UNHEARD",
    });
  };
  const [answer] = await answerTo(stage, upload(stage, "x", { language: "tlh" }));
  expect(answer?.content).toContain("I can't write down that language here.");
});

test("while somebody types a language, those that are heard are offered", async () => {
  await using stage = await setBotStage();
  const { discord, personId: userId, channelId } = stage;
  const typing = discord.typeInOption({
    userId,
    channelId,
    name: "transcribe",
    focused: "language",
    text: "eng",
  });
  const { choices } = await discord.waitFor(() => {
    const seen = discord.interaction(typing.id);
    return seen.choices.length > 0 ? seen : undefined;
  });
  expect(choices).toEqual([{ name: "English", value: "en" }]);
});
