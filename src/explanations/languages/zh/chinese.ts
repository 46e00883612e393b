import type { Language } from "../../language.ts";
import { alibaba } from "./alibaba.ts";
import { commands } from "./commands.ts";
import { connection } from "./connection.ts";
import { earshot, unknown } from "./earshot.ts";
import { gateway } from "./huawei-gateway.ts";
import { iam } from "./iam.ts";
import { reasons } from "./reasons.ts";
import { sis } from "./sis.ts";
import { sisFurther } from "./sis-further.ts";
import { tencentAccount, tencentService } from "./tencent.ts";
import { tencentByNumber } from "./tencent-numbers.ts";
import { tencentRequests } from "./tencent-requests.ts";
import { words } from "./words.ts";

/** Simplified Chinese. */
export const chinese = {
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
