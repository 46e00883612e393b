import type { unknownCodes } from "../../catalogue/earshot.ts";
import type { ProblemSentences } from "../../language.ts";

export const unknown = {
  "unknown:access": {
    title: "拒绝访问",
    said: "语音服务不让我进入，原因我还没见过。",
    operator:
      "{{code}} 不在目录中；HTTP {{httpStatus}} 表示凭证或其权限被拒绝。凭追踪号可向服务商的支持人员了解更多。",
  },
  "unknown:busy": {
    title: "需要等待",
    said: "语音服务要我等一等，原因我还没见过。",
    operator: "{{code}} 不在目录中；HTTP {{httpStatus}} 表示请求太多。如果一直出现，请调低 SIS_MAX_QPS。",
  },
  "unknown:4xx": {
    title: "未知的拒绝",
    said: "语音服务没有接受这段录音，给出的回应我还没见过。",
    operator:
      "{{code}} 不在目录中；HTTP {{httpStatus}} 表示请求被拒绝。凭追踪号可向服务商的支持人员了解更多。",
  },
  "unknown:5xx": {
    title: "未知的故障",
    said: "语音服务出了故障，这种情况我还没见过。",
    operator:
      "{{code}} 不在目录中；HTTP {{httpStatus}} 表示服务方出了故障。如果一直这样，请凭追踪号联系服务商的支持人员。",
  },
  "unknown:network": {
    title: "道路不通",
    said: "我连不上语音服务。",
    operator: "{{code}}：连接失败。请检查本机的网络、DNS、防火墙和代理。",
  },
} as const satisfies Record<keyof typeof unknownCodes, ProblemSentences>;
