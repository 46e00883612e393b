import type { Language } from "../language.ts";
import { alibaba } from "./zh/alibaba.ts";
import { commands } from "./zh/commands.ts";
import { connection } from "./zh/connection.ts";
import { earshot, unknown } from "./zh/earshot.ts";
import { gateway } from "./zh/huawei-gateway.ts";
import { iam } from "./zh/iam.ts";
import { reasons } from "./zh/reasons.ts";
import { sis } from "./zh/sis.ts";
import { sisFurther } from "./zh/sis-further.ts";
import { tencentAccount, tencentService } from "./zh/tencent.ts";
import { tencentByNumber } from "./zh/tencent-numbers.ts";
import { tencentRequests } from "./zh/tencent-requests.ts";
import { words } from "./zh/words.ts";

/** Simplified Chinese. */
export const language = {
  discordLocale: "zh-CN",
  pageLanguage: "zh-Hans",
  betweenSentences: "",
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
