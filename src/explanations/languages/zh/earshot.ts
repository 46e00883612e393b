import type { earshotCodes, unknownCodes } from "../../catalogue/earshot.ts";
import type { ProblemSentences } from "../../language.ts";

export const earshot = {
  TIMEOUT: {
    title: "没有及时回应",
    said: "我等了语音服务，但它没有及时回应。",
    operator: "在 SIS_TIMEOUT_SECONDS 所设的时限内没有回应。请检查本机的网络，以及服务是否繁忙。",
  },
  MALFORMED: {
    title: "回应乱了",
    said: "语音服务的回应送到时已经乱了。",
    operator: "回应不是文档所述的 JSON。中间的代理或登录页面会这样回应。",
  },
  "QUOTA.FULL": {
    title: "大家一起来了",
    said: "排队等语音服务的录音太多，现在排不下了。",
    operator: "等待配额的请求太多，会以每秒 SIS_MAX_QPS 个的速度减少；提高配额会更快。",
  },
  "QUOTA.CLOSED": {
    title: "正在停止",
    said: "我正在被停止，不能再去找语音服务了。",
    operator: "进程正在关闭。已经开始的工作会在重启后继续。",
  },
  "QUEUE.FULL": {
    title: "队伍太长",
    said: "等待的录音已经太多，我现在接不了新的。",
    operator: "等待该服务的队列已满，会自行减少；提高配额（SIS_MAX_QPS）会更快。",
  },
  "CLIP.RATE": {
    title: "音质不对",
    said: "我准备的录音音质，识别器不接受。",
    operator: "片段的采样率与识别器不符。这是 Earshot 的缺陷，请反馈。",
  },
  "CLIP.TOO_LONG": {
    title: "片段太长",
    said: "我从这段录音切出的一段，超过了识别器能接受的长度。",
    operator: "片段超过了识别器的上限。这是 Earshot 的缺陷，请反馈。",
  },
  "RECORDING.LATE": {
    title: "没有按时完成",
    said: "语音服务没有在承诺的时间内处理完这段录音。",
    operator:
      "阿里云和腾讯云承诺 3 小时内给出结果，阿里云试用版为 24 小时（ALIBABA_PLAN）。该任务已放弃；如果反复出现，请联系厂商支持。",
  },
  "POCKETSPHINX.MISSING": {
    title: "缺少内置识别器",
    said: "我的内置识别器没有安装在这里。",
    operator: "在 Debian 上运行：apt-get install libpocketsphinx3 pocketsphinx-en-us，然后重新启动。",
  },
  "POCKETSPHINX.CRASHED": {
    title: "内置识别器停了",
    said: "我的内置识别器中途停了，正在重新启动。",
    operator: "识别器的工作线程意外结束，已被替换。如果反复出现，请检查内存。",
  },
  "POCKETSPHINX.CLOSED": {
    title: "内置识别器正在关闭",
    said: "我的内置识别器正在关闭。",
    operator: "进程正在关闭。已经开始的工作会在重启后继续。",
  },
  "POCKETSPHINX.DETECTOR": {
    title: "内置识别器分不出语音",
    said: "我的内置识别器无法判断录音里哪里有人说话。",
    operator: "Silero 模型无法加载。请重新运行 npm ci；onnxruntime-node 需要 glibc，以及 x64 或 arm64。",
  },
  "LANGUAGE.UNHEARD": {
    title: "听不懂的语言",
    said: "我在这里还不能把这种语言写成文字。",
    action: "请从列出的语言中选一种。",
    operator: "识别器没有所请求语言的模型。docs/recognizers 说明了每个识别器能听懂什么。",
  },
} as const satisfies Record<keyof typeof earshotCodes, ProblemSentences>;

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
  "unknown:certificate": {
    title: "证件存疑",
    said: "我无法确认应答的真是语音服务。",
    operator: "{{code}}：TLS 连接不受信任。请检查终端节点、时钟，以及拦截 TLS 的代理。",
  },
} as const satisfies Record<keyof typeof unknownCodes, ProblemSentences>;
