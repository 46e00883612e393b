import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";

import { TranscriptionError } from "../../src/transcription/errors.ts";
import { type BotStage, sayBytes, setBotStage, transcriptOf } from "./bot-stage.ts";

type Shown = Awaited<ReturnType<BotStage["answered"]>>[number];

function away(
  changes: Partial<ConstructorParameters<typeof TranscriptionError>[1]> = {},
): TranscriptionError {
  return new TranscriptionError("the service is down", {
    reason: "service-unavailable",
    retryable: true,
    code: "SIS.0303",
    httpStatus: 503,
    traceId: "567e8537",
    ...changes,
  });
}

/** The Retry button of a message, by its label. */
function buttonOf(message: Shown | undefined): string | undefined {
  return JSON.stringify(message?.components).match(/"label":"(?<label>[^"]+)"/)?.groups?.["label"];
}

test("a file that is no recording is explained in plain words, without a Retry button", async () => {
  await using stage = await setBotStage();
  stage.script = () =>
    Promise.reject(new TranscriptionError("no container", { reason: "not-audio", retryable: false }));
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("This file isn't a recording that I can read.");
  expect(buttonOf(answer)).toBeUndefined();
});

test("limits are told with their numbers", async () => {
  await using stage = await setBotStage({ bot: { maxAudioMinutes: 5 } });
  const [answer] = await stage.answered(stage.note("x", { durationSecs: 301 }));
  expect(answer?.content).toMatch(/longer than 5.min/);
  expect(stage.discord.journal.some(({ surface }) => surface === "cdn")).toBe(false);
});

test("a service that is away is explained with code and trace id, a Retry button, and the promise to come back", async () => {
  await using stage = await setBotStage();
  stage.script = () => Promise.reject(away());
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("This recording will be transcribed when the service is back.");
  expect(answer?.content).toMatch(/^-# SIS\.0303 · trace 567e8537 · next try in 20 s$/m);
  expect(buttonOf(answer)).toBe("Retry");
});

test("trouble whose tries are used up at once is not shown where it heals a moment later", async () => {
  await using stage = await setBotStage({ limits: { troubleAfterMs: 300, waitsMs: [3_600_000] } });
  let calls = 0;
  stage.script = (bytes, options) => (++calls === 1 ? Promise.reject(away()) : sayBytes(bytes, options));
  const posts: (string | undefined)[] = [];
  const noteId = stage.note("nothing happened");
  const stop = stage.discord.world.onChange(() => {
    if (stage.discord.world.channels.has(noteId))
      posts.push(stage.discord.messages(noteId).find(({ type }) => type === 0)?.content);
  });
  await stage.discord.waitFor(() => posts.find((content) => content?.startsWith("nothing happened")));
  stop();
  expect(posts.filter((content) => content?.includes("service"))).toEqual([]);
});

test("trouble that lasts is kept quiet once, not for ever", async () => {
  await using stage = await setBotStage({ limits: { troubleAfterMs: 50, waitsMs: [3_600_000] } });
  stage.script = () => Promise.reject(away());
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("This recording will be transcribed when the service is back.");
});

test("once the service is back the note is transcribed by itself, in the same message", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [20] } });
  let calls = 0;
  stage.script = (bytes, options) => (++calls < 3 ? Promise.reject(away()) : sayBytes(bytes, options));
  const noteId = stage.note("patience pays");
  const ids = new Set<string>();
  const answer = await stage.discord.waitFor(() => {
    if (!stage.discord.world.channels.has(noteId)) return undefined;
    const ours = stage.discord.messages(noteId).filter(({ type }) => type === 0);
    for (const { id } of ours) ids.add(id);
    return ours.find(({ content }) => content.startsWith("patience pays"));
  });
  expect([...ids]).toEqual([answer.id]);
  expect(buttonOf(answer)).toBeUndefined();
});

test("while it is tried again the explanation stays, without flicker", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [10], showAfterMs: 1, editEveryMs: 1 } });
  const fourth = Promise.withResolvers<void>();
  let calls = 0;
  stage.script = (_, { onProgress }) => {
    onProgress?.({ clipsDone: 0, clips: 2 });
    if (++calls === 4) fourth.resolve();
    return Promise.reject(away());
  };
  const noteId = stage.note("x");
  await stage.answered(noteId);
  const seen: string[] = [];
  const stop = stage.discord.world.onChange(() => {
    seen.push(...stage.discord.messages(noteId).map(({ content }) => content));
  });
  await fourth.promise;
  stop();
  expect(seen.some((content) => content.startsWith("Listening"))).toBe(false);
});

test("a file that Discord does not give out is tried again by itself too", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [10] } });
  stage.discord.failNext({ path: "/attachments/*", kind: "status", status: 503, times: 4 });
  const noteId = stage.note("there it is");
  const [answer] = await stage.answered(noteId);
  expect(answer?.content).toMatch(/^I couldn't fetch the recording from Discord\..*\n-# next try in /);
  const healed = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("there it is")),
  );
  expect(healed.id).toBe(answer?.id);
});

test("after the longest wait it says that it waited, and stops", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [5], patienceMs: 60 } });
  stage.script = () => Promise.reject(away());
  const noteId = stage.note("x");
  const answer = await stage.discord.waitFor(() =>
    (stage.discord.world.channels.has(noteId) ? stage.discord.messages(noteId) : []).find(({ content }) =>
      content.includes("stayed away for too long"),
    ),
  );
  expect(buttonOf(answer)).toBeUndefined();
});

test.each(["APIG.0501", "APIGW.0502"])(
  "a bill that waits (%s) keeps no note from its words for good",
  async (code) => {
    await using stage = await setBotStage({ limits: { waitsMs: [3_600_000] } });
    stage.script = () =>
      Promise.reject(away({ reason: "service-credentials", retryable: false, code, httpStatus: 405 }));
    const [answer] = await stage.answered(stage.note("x"));
    expect(answer?.content).toContain("This recording will be transcribed when the service is back.");
  },
);

test("refused credentials are the operator's: what to do is said, and nobody is invited to press until the key is locked", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [1] } });
  let calls = 0;
  stage.script = () => {
    calls += 1;
    const refused = {
      reason: "service-credentials",
      retryable: false,
      code: "APIG.0301",
      httpStatus: 401,
    } as const;
    return Promise.reject(away(refused));
  };
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("Please tell the people who run this bot.");
  expect(answer?.content).toMatch(/^-# APIG\.0301 · trace 567e8537$/m);
  expect(buttonOf(answer)).toBeUndefined();
  await stage.bot.stop(5000);
  expect(calls).toBe(1);
});

test("what only somebody's Retry can help waits for it", async () => {
  await using stage = await setBotStage({ limits: { waitsMs: [1] } });
  let calls = 0;
  stage.script = (bytes, options) => {
    calls += 1;
    const slow = new TranscriptionError("too slow", { reason: "decoder-timeout", retryable: false });
    return calls === 1 ? Promise.reject(slow) : sayBytes(bytes, options);
  };
  const noteId = stage.note("quicker this time");
  const [answer] = await stage.answered(noteId);
  expect(buttonOf(answer)).toBe("Retry");
  await stage.answered(stage.note("another"));
  expect(calls).toBe(2);
  stage.discord.clickButton({ messageId: answer?.id ?? "", userId: stage.personId, label: "Retry" });
  const healed = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("quicker this time")),
  );
  expect(healed.id).toBe(answer?.id);
  expect(buttonOf(healed)).toBeUndefined();
});

test("Retry keeps the words that were recognized before", async () => {
  await using stage = await setBotStage();
  const known: (readonly { readonly text: string }[])[] = [];
  stage.script = async (_, options) => {
    known.push(options.known ?? []);
    if (known.length > 1) return transcriptOf("first part second part");
    await options.onClip?.({
      index: 0,
      startMs: 0,
      endMs: 900,
      text: "first part",
      confidence: null,
      words: null,
      requestId: null,
      recognizer: "sis",
    });
    throw away();
  };
  const noteId = stage.note("x");
  const [answer] = await stage.answered(noteId);
  stage.discord.clickButton({ messageId: answer?.id ?? "", userId: stage.personId, label: "Retry" });
  await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("first part second part")),
  );
  expect(known.map((clips) => clips.map(({ text }) => text))).toEqual([[], ["first part"]]);
});

test("a Retry button that outlived its work says so to whoever pressed it", async () => {
  await using stage = await setBotStage();
  stage.script = () => Promise.reject(away());
  const noteId = stage.note("x");
  const [answer] = await stage.answered(noteId);
  await stage.jobs.cancel("note", noteId);
  await stage.store.answers.put({ ...(await stage.store.answers.get(noteId))!, state: "failed" });
  const click = stage.discord.clickButton({
    messageId: answer?.id ?? "",
    userId: stage.personId,
    label: "Retry",
  });
  const replies = await stage.discord.waitFor(() => {
    const all = stage.discord.interactionReplies(click.id);
    return all.some(({ content }) => content.includes("can't be tried again")) && all;
  });
  expect(replies.length).toBeGreaterThan(0);
  expect(stage.discord.messages(noteId).find(({ id }) => id === answer?.id)?.content).toBe(answer?.content);
});

test("an error nobody expected is tried again and at last confessed", async () => {
  await using stage = await setBotStage();
  let calls = 0;
  stage.script = () => {
    calls += 1;
    return Promise.reject(new Error("a bug with unmistakable words"));
  };
  const [answer] = await stage.answered(stage.note("x"));
  expect(answer?.content).toContain("Something went wrong on my side.");
  expect(calls).toBeGreaterThan(1);
  await stage.bot.stop(5000);
  expect(JSON.stringify(stage.logged)).not.toContain("unmistakable");
});

test("Discord failing for a while loses no answer and doubles none", async () => {
  await using stage = await setBotStage();
  const { discord } = stage;
  discord.failNext({ method: "POST", path: "/channels/*/threads", kind: "status", status: 502, times: 5 });
  discord.failNext({ method: "POST", path: "/channels/*/messages", kind: "reset", times: 2 });
  discord.failNext({
    method: "POST",
    path: "/channels/*/messages",
    kind: "status",
    status: 500,
    times: 6,
    afterwards: true,
  });
  const noteId = stage.note("through thick and thin");
  const answer = await stage.answered(noteId);
  await stage.bot.stop(5000);
  expect(answer).toHaveLength(1);
  expect(discord.messages(noteId).filter(({ type }) => type === 0)).toHaveLength(1);
});

test("being slowed down by Discord only delays", async () => {
  await using stage = await setBotStage();
  stage.discord.failNext({
    method: "POST",
    kind: "rate-limit",
    retryAfterMs: 200,
    scope: "global",
    times: 1,
  });
  expect(await stage.answered(stage.note("later"))).toHaveLength(1);
});

test("a thread that fell asleep while the service was away is woken for the words", async () => {
  await using stage = await setBotStage();
  stage.script = () => Promise.reject(away());
  const noteId = stage.note("good morning");
  const [answer] = await stage.answered(noteId);
  stage.discord.changeThread(noteId, { archived: true });
  stage.script = sayBytes;
  await expect.poll(() => stage.jobs.wake("note", noteId)).toBe(true);
  const healed = await stage.discord.waitFor(() =>
    stage.discord.messages(noteId).find(({ content }) => content.startsWith("good morning")),
  );
  expect(healed.id).toBe(answer?.id);
});

/** Lets nobody opt out any more, and gives back how to end that. */
type Hindrance = (stage: BotStage) => Promise<() => Promise<unknown>>;

const pragma = (stage: BotStage, value: string): Promise<unknown> =>
  stage.store.database.executeQuery(CompiledQuery.raw(`pragma ${value}`));

const notWritable: Hindrance = async (stage) => {
  await pragma(stage, "query_only = 1");
  return async () => await pragma(stage, "query_only = 0");
};

const full: Hindrance = async (stage) => {
  await pragma(stage, "max_page_count = 1");
  // What is left of the table's last page.
  for (let member = 0; ; member += 1) {
    try {
      await stage.store.consent.setOptedOut(`other-${member}`, true);
    } catch (error) {
      expect(error).toMatchObject({ code: "disk-full" });
      break;
    }
  }
  return async () => await pragma(stage, "max_page_count = 1000000");
};

test.each([
  ["that may not be written to", notWritable, "I can't get at what I keep at the moment"],
  ["without room", full, "I've run out of space to work in."],
])("a command that needs a database %s says so, and works once that is over", async (_, hinder, said) => {
  await using stage = await setBotStage();
  const optOut = async (): Promise<string> => {
    const { personId: userId, channelId } = stage;
    const { id } = stage.discord.runCommand({ userId, channelId, name: "privacy opt-out" });
    const reply = await stage.discord.waitFor(() =>
      stage.discord.interactionReplies(id).find(({ content }) => content !== ""),
    );
    return reply.content;
  };
  const end = await hinder(stage);
  expect(await optOut()).toContain(said);
  await end();
  expect(await optOut()).toMatch(/^Done/);
});
