export type LogLevel = (typeof logLevels)[number];
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** One variable: its default as an operator would write it, and a line that explains it in `.env.example` and the README. */
export interface Variable {
  readonly name: string;
  readonly fallback: string;
  readonly explanation: string;
  /** May also be given as NAME_FILE, the path of a file that holds it. */
  readonly secret?: true;
}

type Row = readonly [name: string, fallback: string, explanation: string, secret?: "secret"];

const rows: readonly Row[] = [
  ["DISCORD_TOKEN", "", "the bot's token; `start` and `register` need it", "secret"],
  ["DISCORD_API_URL", "https://discord.com/api", "REST base, without the version"],
  [
    "DISCORD_CDN_ORIGINS",
    "https://cdn.discordapp.com,https://media.discordapp.net",
    "the only origins attachments are downloaded from, redirects included",
  ],
  [
    "RECOGNIZER",
    "sis",
    "who hears: sis, sis-sentence (its older interface, Mandarin), tencent, or pocketsphinx (embedded, for trying things out)",
  ],
  ["CAPTION_RECOGNIZER", "", "who hears live captions, where that is not RECOGNIZER"],
  [
    "RECOGNIZER_FALLBACK",
    "",
    "who is asked while these are down, busy or refuse their credentials, in this order: tencent,pocketsphinx",
  ],
  ["SIS_REGION", "ap-southeast-3", "region of the Huawei Cloud project"],
  ["SIS_ENDPOINT", "https://sis-ext.{region}.myhuaweicloud.com", "where SIS is; http:// only on loopback"],
  ["SIS_PROJECT_ID", "", "found out by itself (IAM token, or GET /v3/projects) when empty"],
  ["SIS_PROPERTY", "english_16k_common", "language and model; its rate decides the rate audio is sent at"],
  ["SIS_ADD_PUNC", "yes", "punctuation: yes or no; sent only when set"],
  ["SIS_DIGIT_NORM", "", "digits for spoken numbers: yes or no; sent only when set"],
  ["SIS_NEED_WORD_INFO", "", "word times: yes or no; sent only when set"],
  ["SIS_VOCABULARY_ID", "", "hot-word table; sent only when set"],
  ["SIS_MAX_QPS", "3", "requests that may arrive in any sliding second, over all processes"],
  ["SIS_MAX_CLIP_SECONDS", "30", "longest audio of one request"],
  ["SIS_MAX_BASE64_BYTES", "2000000", "largest audio of one request, after Base64"],
  ["SIS_TIMEOUT_SECONDS", "30", "one request's deadline"],
  ["HUAWEICLOUD_SDK_AK", "", "access key; AK/SK signing is used when both are set", "secret"],
  ["HUAWEICLOUD_SDK_SK", "", "secret key", "secret"],
  [
    "IAM_ENDPOINT",
    "https://iam.{region}.myhuaweicloud.com",
    "where tokens come from; http:// only on loopback",
  ],
  ["IAM_USERNAME", "", "IAM user, for token authentication instead of AK/SK"],
  ["IAM_PASSWORD", "", "the IAM user's password", "secret"],
  ["IAM_DOMAIN_NAME", "", "the account the IAM user belongs to"],
  ["IAM_PROJECT_NAME", "", "project the token is for; the region when empty"],
  ["TENCENTCLOUD_SECRET_ID", "", "Tencent Cloud API key, for tencent", "secret"],
  ["TENCENTCLOUD_SECRET_KEY", "", "its secret", "secret"],
  [
    "TENCENT_ENDPOINT",
    "https://asr.tencentcloudapi.com",
    "where Tencent's API is; international accounts: https://asr.intl.tencentcloudapi.com",
  ],
  ["TENCENT_ENGINE", "16k_en", "Tencent's language and model; its rate decides the rate audio is sent at"],
  [
    "TENCENT_MAX_QPS",
    "20",
    "requests that may reach Tencent in any sliding second, over all processes; it allows 30",
  ],
  ["TENCENT_TIMEOUT_SECONDS", "30", "one request's deadline"],
  ["TENCENT_APP_ID", "", "the account's AppID; with it live captions show words while they are spoken"],
  [
    "TENCENT_REALTIME_ENDPOINT",
    "wss://asr.cloud.tencent.com",
    "where Tencent's realtime recognition is; ws:// only on loopback",
  ],
  ["MAX_AUDIO_MINUTES", "120", "longer recordings are refused"],
  ["MAX_DOWNLOAD_MB", "100", "larger files are refused"],
  ["CATCH_UP_HOURS", "24", "after an outage, missed voice notes this old are still answered; 0: none"],
  [
    "RETENTION_DAYS",
    "30",
    "how long transcripts and records of answers are kept; servers may ask for less; 0 keeps no words, and records for two days",
  ],
  [
    "CACHE_DAYS",
    "7",
    "how long a transcript is kept so that the same recording is not heard twice, RETENTION_DAYS at most; 0: not at all",
  ],
  ["DATA_DIR", "./data", "SQLite and temporary files"],
  [
    "DATA_KEY",
    "",
    "encrypts transcripts and tokens where they are stored; keep it safe, without it they are lost (`openssl rand -base64 32`)",
    "secret",
  ],
  ["LOG_LEVEL", "info", `pino JSON on stdout: ${logLevels.join(", ")}`],
  [
    "RECORDING_RECOGNIZER",
    "",
    "who hears recordings longer than LONG_RECORDING_MINUTES as a whole: alibaba or tencent; in clips when empty",
  ],
  ["LONG_RECORDING_MINUTES", "10", "longer recordings go to RECORDING_RECOGNIZER"],
  [
    "PUBLIC_URL",
    "",
    "where HTTP_HOST and HTTP_PORT are reached from the internet, by a name; RECORDING_RECOGNIZER=alibaba fetches recordings there",
  ],
  ["ALIBABA_CLOUD_ACCESS_KEY_ID", "", "access key for RECORDING_RECOGNIZER=alibaba", "secret"],
  ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "", "its secret", "secret"],
  [
    "ALIBABA_APPKEY",
    "",
    "of a project in the speech console; the project decides language and model",
    "secret",
  ],
  ["ALIBABA_REGION", "ap-southeast-1", "region of the project"],
  [
    "ALIBABA_ENDPOINT",
    "https://filetrans.{region}.aliyuncs.com",
    "where recording file recognition is; http:// only on loopback",
  ],
  ["ALIBABA_SAMPLE_RATE", "16000", "what the project's model is trained for: 8000 or 16000"],
  [
    "ALIBABA_LANGUAGE",
    "en",
    "what the project's model hears, as en or zh-CN; recordings in another language go in clips",
  ],
  ["ALIBABA_PLAN", "paid", "paid (results within 3 h) or trial (24 h)"],
  ["ALIBABA_VERSION", "4.0", "of the service: 4.0, or 2.0 for old accounts (no word times)"],
  ["ALIBABA_ITN", "", "digits for spoken numbers: yes or no"],
  ["ALIBABA_DISFLUENCY", "", "leave out filler words: yes or no"],
  ["ALIBABA_AUTO_SPLIT", "", "tell two speakers apart: yes or no; at 8000 Hz, without the two above"],
  ["ALIBABA_VOCABULARY_ID", "", "hot words; sent only when set"],
  ["ALIBABA_CLASS_VOCABULARY_ID", "", "hot words by category; sent only when set"],
  ["ALIBABA_CUSTOMIZATION_ID", "", "your own model; sent only when set"],
  ["ALIBABA_MAX_END_SILENCE_MS", "", "silence that ends a sentence; the service's 450 when empty"],
  ["ALIBABA_MAX_SEGMENT_MS", "", "longest sentence, 10000 at least; the service's 20000 when empty"],
  [
    "REDIS_URL",
    "",
    "redis://host:6379: work and quota are shared over Redis, by processes of any number of hosts (these need DATABASE_URL too)",
    "secret",
  ],
  [
    "DATABASE_URL",
    "",
    "postgres://user:password@host/database: settings and transcripts lie in PostgreSQL instead of SQLite",
    "secret",
  ],
  [
    "EARSHOT_ROLE",
    "all",
    "gateway: events, commands and live captions; worker: downloads, audio, recognition and answers; all: both",
  ],
  [
    "SHARD_COUNT",
    "",
    "how many shards Discord's servers are spread over; what Discord recommends when empty",
  ],
  ["SHARD_IDS", "", "the shards of this process, as in 0,1 or 0-3; all of them when empty"],
  [
    "HTTP_HOST",
    "127.0.0.1",
    "address that health, metrics and web pages are served on; 0.0.0.0 for all of them",
  ],
  ["HTTP_PORT", "8080", "their port; 0 picks a free one and logs it"],
];

/** Every variable there is, in the order of `.env.example`. */
export const variables: readonly Variable[] = rows.map(([name, fallback, explanation, secret]) => ({
  name,
  fallback,
  explanation,
  ...(secret === undefined ? {} : { secret: true }),
}));
