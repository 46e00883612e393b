import type { CaptionFeedSource } from "../../transcription/caption-feed.ts";
import type { NamedCaption } from "../../transcription/caption-formats.ts";
import type { CaptionStats } from "../../transcription/caption.ts";
import type { Captions } from "../../transcription/captions.ts";
import { type EndReason, postTranscript, type TranscriptOptions } from "./caption-end.ts";
import { createHearingRemarks } from "./caption-hearing.ts";
import type { SessionRecord } from "./caption-journal.ts";
import { type CaptionScribe, type CaptionScribeOptions, createCaptionScribe } from "./caption-scribe.ts";
import type { WriterStats } from "./caption-writer.ts";
import { restoreNickname } from "./nickname.ts";
import { createVoiceCounts } from "../observations.ts";
import { errorCodes } from "../discord/refusals.ts";
import type { VoiceChannel, VoiceEvent } from "../voice/voice-channel.ts";
import {
  createVoiceWatchdog,
  drySentences,
  heardCounts,
  type HearingCounts,
  type HearingStage,
} from "../voice/voice-watchdog.ts";

export type SessionState =
  | { readonly status: "running" }
  | { readonly status: "paused" }
  | { readonly status: "ending"; readonly reason: EndReason }
  | { readonly status: "ended"; readonly reason: EndReason };

/** One voice channel that is being captioned. */
export interface CaptionSession {
  readonly state: SessionState;
  readonly record: SessionRecord;
  readonly facts: SessionFacts;
  /** What was said, for whoever reads along; it stays after the end. */
  readonly feed: CaptionFeedSource;
  /** Ends it; resolves when the transcript is posted. A further call waits for the same. */
  end(reason: EndReason): Promise<void>;
  pause(paused: boolean): Promise<void>;
  /** Somebody opted out: nothing more of them is heard, written or kept. */
  forget(memberId: string): void;
  /** Takes out what somebody said so far; they are heard on. */
  forgetWords(memberId: string): Promise<void>;
  /** What is heard from now on, until the signal. */
  readonly overhear: (signal: AbortSignal, onCaption: (caption: NamedCaption) => void) => void;
}

/** What each stage is doing, for `/captions status`. */
export interface SessionFacts {
  readonly voice: Pick<VoiceChannel, "state" | "stats" | "encryption">;
  /** The first stage that hands nothing on. */
  readonly dry: HearingStage | undefined;
  readonly captions: CaptionStats;
  readonly writer: WriterStats;
}

export interface CaptionSessionOptions extends Omit<CaptionScribeOptions, "onRefused"> {
  readonly voice: VoiceChannel;
  readonly captions: Captions;
  /** What the store says of speakers in the end. */
  readonly choices: TranscriptOptions["choices"];
  readonly onEnded: () => void;
}

export function createCaptionSession(options: CaptionSessionOptions): CaptionSession {
  const { record, locale, voice, captions, journal, people, api, words, log, limits } = options;
  const { guildId } = record;
  const watchdog = createVoiceWatchdog();
  const countVoice = createVoiceCounts(options.observe);
  let state: SessionState = { status: "running" };
  let dry: HearingStage | undefined;
  let ending: Promise<void> | undefined;
  let [lastSpeechMs, lastClips, aloneSinceMs] = [performance.now(), 0, Infinity];
  let checks = 0;

  const scribe = createCaptionScribe({ ...options, onRefused: () => void end("no-place") });
  const { remark } = scribe;
  const everybodyLeft = async (): Promise<void> => {
    await Promise.all([...voice.speakers].map((speakerId) => captions.left(speakerId)));
  };
  const onState = createHearingRemarks({ words, locale, voice, onSilenced: everybodyLeft, remark });
  const onEvent = async (event: VoiceEvent): Promise<void> => {
    if (event.type === "packet") {
      if (state.status === "running") await captions.hear(event.memberId, event.packet);
    } else if (event.type === "time") await captions.advance(event.nowMs);
    else if (event.type === "speaker-left") await captions.left(event.memberId);
    else if (event.type === "moved") void end("moved");
    else if (event.type === "state") await onState(event.state);
  };

  const listen = async (): Promise<void> => {
    for await (const event of voice.events) await onEvent(event);
    await end(voice.state.status === "left" && voice.state.reason === "removed" ? "removed" : "lost");
  };
  const read = (): Promise<void> => writeDown(captions, scribe);

  const check = (): void => {
    const now = performance.now();
    const { clips, network } = captions.stats;
    countVoice(voice.stats, network.lost);
    if (clips > lastClips) [lastClips, lastSpeechMs] = [clips, now];
    const isAlone = people.humansIn(guildId, voice.channelId).length === 0;
    aloneSinceMs = isAlone ? Math.min(aloneSinceMs, now) : Infinity;
    if (now - aloneSinceMs >= limits.aloneMs) void end("alone");
    else if (now - lastSpeechMs >= limits.quietMs) void end("quiet");
    else if (now - options.sessionStartMs >= limits.longestMs) void end("too-long");
    if (state.status === "running" && ++checks % limits.checksPerLook === 0) look();
  };
  const look = (): void => {
    const report = watchdog.observe(countsOf(options, scribe));
    ({ dry } = report);
    if (report.step) voice.recover(report.step);
    if (!report.tell) return;
    log.warn({ guildId, stage: report.tell }, "captions do not come through");
    // That it was deafened was told at once; what cannot be posted there is for /captions status to say.
    if (report.tell !== "posting" && voice.state.status !== "deafened")
      remark(words.say(locale, drySentences[report.tell]), report.tell);
  };
  const checking = setInterval(check, limits.checkMs).unref();

  const finish = async (reason: EndReason): Promise<void> => {
    clearInterval(checking);
    log.info({ guildId, reason, captions: scribe.said.length }, "captions end");
    voice.leave();
    await captions.end(reason === "restart" ? limits.restartMs : limits.endMs);
    await reading;
    options.feed.setState("ended");
    const { network } = captions.stats;
    countVoice(voice.stats, network.lost);
    log.info({ guildId, network, voice: voice.stats }, "captions heard this much");
    await Promise.all([scribe.settled(), restoreNickname(api, record, log)]);
    try {
      const { choices } = options;
      await postTranscript({ api, words, log, locale, record, reason, said: scribe.said, choices });
      await journal.remove();
    } catch (error) {
      log.error({ guildId, ...errorCodes(error) }, "the transcript could not be posted");
      if (reason === "no-place") await journal.remove();
      else await journal.leave();
    }
    state = { status: "ended", reason };
    options.onEnded();
  };
  function end(reason: EndReason): Promise<void> {
    if (!ending) {
      state = { status: "ending", reason };
      ending = finish(reason).catch((error: unknown) => {
        log.error({ guildId, ...errorCodes(error) }, "captions did not end well");
        state = { status: "ended", reason: "failed" };
        options.onEnded();
      });
    }
    return ending;
  }
  const failed = (error: unknown): void => {
    log.error({ guildId, ...errorCodes(error) }, "captions failed");
    void end("failed");
  };
  const reading = read().catch(failed);
  void listen().catch(failed);

  return {
    get state() {
      return state;
    },
    record,
    feed: options.feed,
    get facts() {
      return { voice, dry, captions: captions.stats, writer: scribe.stats };
    },
    end,
    async pause(paused) {
      if (state.status === "ending" || state.status === "ended") return;
      state = { status: paused ? "paused" : "running" };
      options.feed.setState(paused ? "paused" : "live");
      if (paused) await everybodyLeft();
      remark(words.say(locale, paused ? "captionsPaused" : "captionsResumed"), "pause");
    },
    forget(memberId) {
      voice.dismiss(memberId);
      captions.forget(memberId);
      scribe.forget(memberId);
    },
    forgetWords: scribe.forgetWords,
    overhear: scribe.overhear,
  };
}

/** What the watchdog looks at. */
function countsOf(
  { record: { guildId }, voice, captions, people, consent, limits }: CaptionSessionOptions,
  scribe: CaptionScribe,
): HearingCounts {
  const { clips, calls, recognized } = captions.stats;
  const { status } = voice.state;
  const humans = people.humansIn(guildId, voice.channelId);
  return {
    ...heardCounts(voice.stats),
    nowMs: performance.now() * limits.watchdogPace,
    permitted: status !== "deafened",
    connected: status === "listening" || status === "deafened",
    audible: humans.filter(({ memberId }) => consent.mayHear(memberId)).length,
    clips,
    calls,
    answers: recognized,
    captions: scribe.said.length,
    posted: scribe.stats.messages,
  };
}

async function writeDown(captions: Captions, scribe: CaptionScribe): Promise<void> {
  captions.onInterim(scribe.hint);
  for await (const caption of captions.captions) await scribe.take(caption);
}
