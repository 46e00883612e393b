import type { SampleRate } from "../../audio/pcm.ts";
import { createQuota, type Quota } from "../quota.ts";
import type { Turn } from "../recognizer.ts";
import type { OfferedRecording, RecordingRecognizer } from "../recording-recognizer.ts";
import { createLocalSlots } from "../slots.ts";
import { createTencentApi, type TencentApiOptions, tencentBody } from "./api.ts";
import { languageOfEngine, rateOfEngine } from "./engines.ts";
import { readNews, readTask, readTaskId } from "./recording-results.ts";

export interface TencentRecordingsOptions extends TencentApiOptions {
  /** Language and model, as in 16k_en. */
  readonly engine: string;
  /** Least time between two questions after the same task; 10 s unless told. */
  readonly askEveryMs?: number;
}

const hourMs = 3_600_000;
/** The service takes 20 submissions and 50 questions a second; other programs may use the account. */
const submissionsPerSecond = 5;
const questionsPerSecond = 10;
const everyone: Turn = { lane: "file", guildId: "recordings", memberId: "recordings" };

/** Engines that give words with their times; the others take ResTextFormat 0 only (CreateRecTask, ResTextFormat). */
const timesWords = /^(?:8k_zh|8k_en|16k_zh|16k_zh-PY|16k_zh-TW|16k_zh_dialect|16k_en|16k_yue)$/;

/**
 * A client of Tencent's recording file recognition: `CreateRecTask` by an address, `DescribeTaskStatus` until it is done,
 * or its callback. Nothing is sent before the first call.
 */
export function createTencentRecordings(options: TencentRecordingsOptions): RecordingRecognizer {
  const { engine } = options;
  const api = createTencentApi(options);
  const [submissions, questions] = [quotaOf(submissionsPerSecond), quotaOf(questionsPerSecond)];
  const sampleRate: SampleRate = rateOfEngine(engine);
  const language = languageOfEngine(engine);

  return {
    name: "tencent",
    identity: `tencent:recording:${engine}`,
    // One engine hears one language; another language goes in clips, which can choose theirs.
    languages: language === undefined ? [] : [language],
    host: new URL(options.endpoint).host,
    sampleRate,
    limits: {
      maxFileBytes: 2 ** 30,
      maxDurationMs: 5 * hourMs,
      doneWithinMs: 3 * hourMs,
      askEveryMs: options.askEveryMs ?? 10_000,
    },
    async submit(recording, { signal }) {
      await submissions.place(everyone, { signal });
      const body = tencentBody(taskFields(engine, recording));
      return readTaskId(await api.call({ action: "CreateRecTask", body, signal }));
    },
    async ask(taskId, { signal }) {
      await questions.place(everyone, { signal });
      // The id is a number of up to 64 bits, more than JavaScript's numbers hold: it goes out as it came.
      const body = tencentBody(`{"TaskId":${/^\d{1,20}$/.test(taskId) ? taskId : "0"}}`);
      return readTask(await api.call({ action: "DescribeTaskStatus", body, signal }));
    },
    readCallback: readNews,
    async close() {
      submissions.close();
      questions.close();
      await Promise.resolve(api.close());
    },
  };
}

function quotaOf(qps: number): Quota {
  return createQuota({ slots: createLocalSlots({ qps }) });
}

/** The file is mono, whatever its rate: ChannelNum must agree with it (seed 003). */
function taskFields(engine: string, { url, callbackUrl }: OfferedRecording): Record<string, unknown> {
  return {
    EngineModelType: engine,
    ChannelNum: 1,
    ResTextFormat: timesWords.test(engine) ? 1 : 0,
    SourceType: 0,
    Url: url,
    CallbackUrl: callbackUrl,
  };
}
