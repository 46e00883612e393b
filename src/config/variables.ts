export type LogLevel = (typeof logLevels)[number];
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** One variable: its default as an operator would write it, and a line that explains it in `.env.example` and the README. */
export interface Variable {
  readonly name: string;
  readonly fallback: string;
  readonly explanation: string;
  /** May also be given as NAME_FILE, the path of a file that holds it. */
  readonly secret?: true;
  /** Known but not usable in this version: anything but these values is refused. */
  readonly only?: readonly string[];
}

/** Every variable there is, in the order of `.env.example`. */
export const variables: readonly Variable[] = [
  {
    name: "DISCORD_TOKEN",
    fallback: "",
    secret: true,
    explanation: "the bot's token; `start` and `register` need it",
  },
  {
    name: "DISCORD_API_URL",
    fallback: "https://discord.com/api",
    explanation: "REST base, without the version",
  },
  {
    name: "DISCORD_CDN_ORIGINS",
    fallback: "https://cdn.discordapp.com,https://media.discordapp.net",
    explanation: "the only origins attachments are downloaded from, redirects included",
  },
  {
    name: "RECOGNIZER",
    fallback: "sis",
    explanation:
      "who hears: sis, sis-sentence (its older interface, Mandarin), tencent, or pocketsphinx (embedded, for trying things out)",
  },
  {
    name: "CAPTION_RECOGNIZER",
    fallback: "",
    explanation: "who hears live captions, where that is not RECOGNIZER",
  },
  {
    name: "RECOGNIZER_FALLBACK",
    fallback: "",
    explanation:
      "who is asked while these are down, busy or refuse their credentials, in this order: tencent,pocketsphinx",
  },
  { name: "SIS_REGION", fallback: "ap-southeast-3", explanation: "region of the Huawei Cloud project" },
  {
    name: "SIS_ENDPOINT",
    fallback: "https://sis-ext.{region}.myhuaweicloud.com",
    explanation: "where SIS is; http:// only on loopback",
  },
  {
    name: "SIS_PROJECT_ID",
    fallback: "",
    explanation: "found out by itself (IAM token, or GET /v3/projects) when empty",
  },
  {
    name: "SIS_PROPERTY",
    fallback: "english_16k_common",
    explanation: "language and model; its rate decides the rate audio is sent at",
  },
  { name: "SIS_ADD_PUNC", fallback: "yes", explanation: "punctuation: yes or no; sent only when set" },
  {
    name: "SIS_DIGIT_NORM",
    fallback: "",
    explanation: "digits for spoken numbers: yes or no; sent only when set",
  },
  { name: "SIS_NEED_WORD_INFO", fallback: "", explanation: "word times: yes or no; sent only when set" },
  { name: "SIS_VOCABULARY_ID", fallback: "", explanation: "hot-word table; sent only when set" },
  {
    name: "SIS_MAX_QPS",
    fallback: "3",
    explanation: "requests that may arrive in any sliding second, over all processes",
  },
  { name: "SIS_MAX_CLIP_SECONDS", fallback: "30", explanation: "longest audio of one request" },
  {
    name: "SIS_MAX_BASE64_BYTES",
    fallback: "2000000",
    explanation: "largest audio of one request, after Base64",
  },
  { name: "SIS_TIMEOUT_SECONDS", fallback: "30", explanation: "one request's deadline" },
  {
    name: "HUAWEICLOUD_SDK_AK",
    fallback: "",
    secret: true,
    explanation: "access key; AK/SK signing is used when both are set",
  },
  { name: "HUAWEICLOUD_SDK_SK", fallback: "", secret: true, explanation: "secret key" },
  {
    name: "IAM_ENDPOINT",
    fallback: "https://iam.{region}.myhuaweicloud.com",
    explanation: "where tokens come from; http:// only on loopback",
  },
  { name: "IAM_USERNAME", fallback: "", explanation: "IAM user, for token authentication instead of AK/SK" },
  { name: "IAM_PASSWORD", fallback: "", secret: true, explanation: "the IAM user's password" },
  { name: "IAM_DOMAIN_NAME", fallback: "", explanation: "the account the IAM user belongs to" },
  { name: "IAM_PROJECT_NAME", fallback: "", explanation: "project the token is for; the region when empty" },
  {
    name: "TENCENTCLOUD_SECRET_ID",
    fallback: "",
    secret: true,
    explanation: "Tencent Cloud API key, for tencent",
  },
  { name: "TENCENTCLOUD_SECRET_KEY", fallback: "", secret: true, explanation: "its secret" },
  {
    name: "TENCENT_ENDPOINT",
    fallback: "https://asr.tencentcloudapi.com",
    explanation: "where Tencent's API is; international accounts: https://asr.intl.tencentcloudapi.com",
  },
  {
    name: "TENCENT_ENGINE",
    fallback: "16k_en",
    explanation: "Tencent's language and model; its rate decides the rate audio is sent at",
  },
  {
    name: "TENCENT_MAX_QPS",
    fallback: "20",
    explanation: "requests that may reach Tencent in any sliding second, over all processes; it allows 30",
  },
  { name: "TENCENT_TIMEOUT_SECONDS", fallback: "30", explanation: "one request's deadline" },
  {
    name: "TENCENT_APP_ID",
    fallback: "",
    explanation: "the account's AppID; with it live captions show words while they are spoken",
  },
  {
    name: "TENCENT_REALTIME_ENDPOINT",
    fallback: "wss://asr.cloud.tencent.com",
    explanation: "where Tencent's realtime recognition is; ws:// only on loopback",
  },
  { name: "MAX_AUDIO_MINUTES", fallback: "120", explanation: "longer recordings are refused" },
  { name: "MAX_DOWNLOAD_MB", fallback: "100", explanation: "larger files are refused" },
  {
    name: "CATCH_UP_HOURS",
    fallback: "24",
    explanation: "after an outage, missed voice notes this old are still answered; 0: none",
  },
  {
    name: "RETENTION_DAYS",
    fallback: "30",
    explanation:
      "how long transcripts and records of answers are kept; servers may ask for less; 0 keeps no words, and records for two days",
  },
  {
    name: "CACHE_DAYS",
    fallback: "7",
    explanation:
      "how long a transcript is kept so that the same recording is not heard twice, RETENTION_DAYS at most; 0: not at all",
  },
  { name: "DATA_DIR", fallback: "./data", explanation: "SQLite and temporary files" },
  {
    name: "DATA_KEY",
    fallback: "",
    secret: true,
    explanation:
      "encrypts transcripts and tokens where they are stored; keep it safe, without it they are lost (`openssl rand -base64 32`)",
  },
  { name: "LOG_LEVEL", fallback: "info", explanation: `pino JSON on stdout: ${logLevels.join(", ")}` },
  {
    name: "RECORDING_RECOGNIZER",
    fallback: "",
    explanation:
      "who hears recordings longer than LONG_RECORDING_MINUTES as a whole: alibaba or tencent; in clips when empty",
  },
  {
    name: "LONG_RECORDING_MINUTES",
    fallback: "10",
    explanation: "longer recordings go to RECORDING_RECOGNIZER",
  },
  {
    name: "PUBLIC_URL",
    fallback: "",
    explanation:
      "where HTTP_HOST and HTTP_PORT are reached from the internet, by a name; RECORDING_RECOGNIZER=alibaba fetches recordings there",
  },
  {
    name: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    fallback: "",
    secret: true,
    explanation: "access key for RECORDING_RECOGNIZER=alibaba",
  },
  { name: "ALIBABA_CLOUD_ACCESS_KEY_SECRET", fallback: "", secret: true, explanation: "its secret" },
  {
    name: "ALIBABA_APPKEY",
    fallback: "",
    secret: true,
    explanation: "of a project in the speech console; the project decides language and model",
  },
  { name: "ALIBABA_REGION", fallback: "ap-southeast-1", explanation: "region of the project" },
  {
    name: "ALIBABA_ENDPOINT",
    fallback: "https://filetrans.{region}.aliyuncs.com",
    explanation: "where recording file recognition is; http:// only on loopback",
  },
  {
    name: "ALIBABA_SAMPLE_RATE",
    fallback: "16000",
    explanation: "what the project's model is trained for: 8000 or 16000",
  },
  {
    name: "ALIBABA_LANGUAGE",
    fallback: "en",
    explanation: "what the project's model hears, as en or zh-CN; recordings in another language go in clips",
  },
  { name: "ALIBABA_PLAN", fallback: "paid", explanation: "paid (results within 3 h) or trial (24 h)" },
  {
    name: "ALIBABA_VERSION",
    fallback: "4.0",
    explanation: "of the service: 4.0, or 2.0 for old accounts (no word times)",
  },
  { name: "ALIBABA_ITN", fallback: "", explanation: "digits for spoken numbers: yes or no" },
  { name: "ALIBABA_DISFLUENCY", fallback: "", explanation: "leave out filler words: yes or no" },
  {
    name: "ALIBABA_AUTO_SPLIT",
    fallback: "",
    explanation: "tell two speakers apart: yes or no; at 8000 Hz, without the two above",
  },
  { name: "ALIBABA_VOCABULARY_ID", fallback: "", explanation: "hot words; sent only when set" },
  {
    name: "ALIBABA_CLASS_VOCABULARY_ID",
    fallback: "",
    explanation: "hot words by category; sent only when set",
  },
  { name: "ALIBABA_CUSTOMIZATION_ID", fallback: "", explanation: "your own model; sent only when set" },
  {
    name: "ALIBABA_MAX_END_SILENCE_MS",
    fallback: "",
    explanation: "silence that ends a sentence; the service's 450 when empty",
  },
  {
    name: "ALIBABA_MAX_SEGMENT_MS",
    fallback: "",
    explanation: "longest sentence, 10000 at least; the service's 20000 when empty",
  },
  {
    name: "REDIS_URL",
    fallback: "",
    secret: true,
    explanation:
      "redis://host:6379: work and quota are shared over Redis, by processes of any number of hosts (these need DATABASE_URL too)",
  },
  {
    name: "DATABASE_URL",
    fallback: "",
    secret: true,
    explanation:
      "postgres://user:password@host/database: settings and transcripts lie in PostgreSQL instead of SQLite",
  },
  {
    name: "EARSHOT_ROLE",
    fallback: "all",
    explanation:
      "gateway: events, commands and live captions; worker: downloads, audio, recognition and answers; all: both",
  },
  {
    name: "SHARD_COUNT",
    fallback: "",
    explanation: "how many shards Discord's servers are spread over; what Discord recommends when empty",
  },
  {
    name: "SHARD_IDS",
    fallback: "",
    explanation: "the shards of this process, as in 0,1 or 0-3; all of them when empty",
  },
  {
    name: "HTTP_HOST",
    fallback: "127.0.0.1",
    explanation: "address that health, metrics and web pages are served on; 0.0.0.0 for all of them",
  },
  { name: "HTTP_PORT", fallback: "8080", explanation: "their port; 0 picks a free one and logs it" },
];
