import type { Language } from "../language.ts";
import { alibaba } from "./en/alibaba.ts";
import { commands } from "./en/commands.ts";
import { connection } from "./en/connection.ts";
import { earshot, unknown } from "./en/earshot.ts";
import { gateway } from "./en/huawei-gateway.ts";
import { iam } from "./en/iam.ts";
import { reasons } from "./en/reasons.ts";
import { sis } from "./en/sis.ts";
import { sisFurther } from "./en/sis-further.ts";
import { tencentAccount, tencentService } from "./en/tencent.ts";
import { tencentByNumber } from "./en/tencent-numbers.ts";
import { tencentRequests } from "./en/tencent-requests.ts";
import { words } from "./en/words.ts";

/** English: the language every other one is checked against. */
export const language = {
  discordLocale: "en-US",
  pageLanguage: "en",
  betweenSentences: " ",
  words,
  commands,
  reasons,
  codes: {
    ...sis,
    ...sisFurther,
    ...gateway,
    ...iam,
    ...alibaba,
    ...tencentAccount,
    ...tencentService,
    ...tencentRequests,
    ...tencentByNumber,
    ...connection,
    ...earshot,
    ...unknown,
  },
} as const satisfies Language;
