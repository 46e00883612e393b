import { type Config, ConfigError, readConfig } from "../../config.ts";
import type { RecognizerName } from "../../config.ts";
import { recognizerNames } from "../../config/recognizers.ts";
import { variables } from "../../config/variables.ts";
import { checkDiscord } from "../doctor/check-discord.ts";
import { checkFolder } from "../doctor/check-host.ts";
import { checkRecognizers } from "../doctor/check-recognizer.ts";
import { asLine, type Finding } from "../doctor/finding.ts";
import type { Asker } from "./asker.ts";
import { type Answers, refuseValue } from "./env-file.ts";

export interface Interview {
  readonly asker: Asker;
  /** What is set already, around the answers. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Whoever keeps a wrong answer three times is told so, and may keep it. */
const mostRounds = 3;

/** Asks for the bot's token until Discord takes it. */
export async function askDiscord(interview: Interview): Promise<Answers> {
  interview.asker.tell(
    "The bot's token: discord.com/developers/applications, your application, Bot, Reset Token.",
  );
  return await settle(interview, {
    answers: async () => ({ DISCORD_TOKEN: await secret(interview, "Token") }),
    needs: { discord: true, recognizer: false },
    check: async (config) => await checkDiscord(config, interview.signal),
    isWrong: ({ about, status }) => status === "broken" && about.startsWith("Discord"),
  });
}

/** Asks who hears and for what that takes, and lets it hear a second of speech. */
export async function askRecognizer(interview: Interview): Promise<Answers> {
  const { asker } = interview;
  const names = recognizerNames.join(", ");
  const name = await asker.ask({
    text: `Who recognizes speech: ${names}`,
    fallback: fallbackOf(interview, "RECOGNIZER"),
    refuse: (answer) => (isRecognizer(answer) ? undefined : `Please choose one of ${names}.`),
  });
  if (!isRecognizer(name)) throw new TypeError("an answer that was refused came through");
  const chosen = { RECOGNIZER: name };
  return await settle(interview, {
    answers: async () => ({ ...chosen, ...(await askService(interview, name)) }),
    needs: { discord: false, recognizer: true },
    check: async (config) => await checkRecognizers(config, [name], interview.signal),
    isWrong: ({ status }) => status === "broken",
  });
}

function isRecognizer(text: string): text is RecognizerName {
  return recognizerNames.some((name) => name === text);
}

async function askService(interview: Interview, name: RecognizerName): Promise<Answers> {
  if (name === "pocketsphinx") return {};
  if (name === "tencent") {
    interview.asker.tell("A key of Tencent Cloud: console.tencentcloud.com/cam/capi");
    return {
      TENCENTCLOUD_SECRET_ID: await plain(interview, "Secret id", "TENCENTCLOUD_SECRET_ID"),
      TENCENTCLOUD_SECRET_KEY: await secret(interview, "Secret key"),
      TENCENT_ENGINE: await plain(interview, "Language and model", "TENCENT_ENGINE"),
    };
  }
  const { asker } = interview;
  const region = { SIS_REGION: await plain(interview, "Region of the Huawei Cloud project", "SIS_REGION") };
  const property = { SIS_PROPERTY: await plain(interview, "Language and model", "SIS_PROPERTY") };
  const byKey = await asker.confirm("Sign with an access key (AK/SK)? No asks for an IAM user instead", true);
  if (byKey) {
    asker.tell("An access key: Huawei Cloud console, My Credentials, Access Keys.");
    return {
      ...region,
      ...property,
      HUAWEICLOUD_SDK_AK: await plain(interview, "Access key (AK)", "HUAWEICLOUD_SDK_AK"),
      HUAWEICLOUD_SDK_SK: await secret(interview, "Secret key (SK)"),
    };
  }
  return {
    ...region,
    ...property,
    IAM_DOMAIN_NAME: await plain(interview, "Account name", "IAM_DOMAIN_NAME"),
    IAM_USERNAME: await plain(interview, "IAM user", "IAM_USERNAME"),
    IAM_PASSWORD: await secret(interview, "IAM user's password"),
  };
}

/** Asks where the data lie, and whether that can be written. */
export async function askFolder(interview: Interview): Promise<Answers> {
  return await settle(interview, {
    answers: async () => ({ DATA_DIR: await plain(interview, "Data folder", "DATA_DIR") }),
    needs: { discord: false, recognizer: false },
    check: checkFolder,
    isWrong: ({ status }) => status === "broken",
  });
}

interface Topic {
  readonly answers: () => Promise<Answers>;
  readonly needs: Parameters<typeof readConfig>[1];
  readonly check: (config: Config) => Promise<readonly Finding[]>;
  /** Whether a finding is the fault of these answers. */
  readonly isWrong: (finding: Finding) => boolean;
}

/** Asks, checks live, and asks again while something is wrong, unless it is to be kept as it is. */
async function settle({ asker, env }: Interview, topic: Topic): Promise<Answers> {
  for (let round = 1; ; round++) {
    const answers = await topic.answers();
    asker.tell("Checking …");
    const findings = await look({ ...env, ...answers }, topic);
    for (const finding of findings) asker.tell(asLine(finding));
    if (!findings.some(topic.isWrong)) return answers;
    if (round >= mostRounds || !(await asker.confirm("Try other answers?", true))) {
      asker.tell("Kept as it is; earshot doctor tells when it works.");
      return answers;
    }
  }
}

async function look(env: NodeJS.ProcessEnv, { needs, check }: Topic): Promise<readonly Finding[]> {
  try {
    return await check(readConfig(env, needs));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({ about: "Configuration", status: "broken", said: problem }));
  }
}

async function secret({ asker }: Interview, text: string): Promise<string> {
  return await asker.ask({ text: `${text} (not shown)`, secret: true, refuse: refuseValue });
}

async function plain(interview: Interview, text: string, name: string): Promise<string> {
  const fallback = fallbackOf(interview, name);
  return await interview.asker.ask({ text, ...(fallback === "" ? {} : { fallback }), refuse: refuseValue });
}

/** What holds now: what is set, else the default. Secrets are typed anew: a fallback is shown. */
function fallbackOf({ env }: Interview, name: string): string {
  const variable = variables.find((one) => one.name === name);
  if (variable?.secret === true) return "";
  return env[name]?.trim() || (variable?.fallback ?? "");
}
