import type { sisCodes } from "../../catalogue/sis.ts";
import type { ProblemSentences } from "../../language.ts";

export const sis = {
  "SIS.0001": {
    title: "内部失去联系",
    said: "语音服务与自己的一部分失去了联系。",
    operator: "SIS 连不上它所依赖的组件，例如存储或缓存。本地无需改动；如果一直这样，请凭追踪号提交工单。",
  },
  "SIS.0003": {
    title: "不知道是谁的账号",
    said: "语音服务分不清我代表哪个账号。",
    operator:
      "Token 中没有用户信息、委托已经存在，或 SIS 内部出错。请用 IAM 用户登录并取得项目级 Token（IAM_USERNAME、IAM_PROJECT_NAME）；如果一直这样，请联系华为云支持。",
  },
  "SIS.0012": {
    title: "少了内容",
    said: "我向语音服务提出请求时漏了一项内容。",
    operator:
      "请求体缺少必填字段：config.audio_format、config.property 或 data。这是 Earshot 的缺陷，请反馈。",
  },
  "SIS.0022": {
    title: "此账号无法订购",
    said: "这个机器人所用的账号无法订购语音服务。",
    operator: "该账号不能订购 SIS，请联系华为云的销售或支持人员。",
  },
  "SIS.0023": {
    title: "未能开通",
    said: "没能为这个机器人所用的账号开通语音服务。",
    operator: "SIS 在首次调用时自动订购，但失败了。请在控制台订购，或联系华为云支持。",
  },
  "SIS.0024": {
    title: "限额不可更改",
    said: "语音服务不允许更改这个机器人的限额。",
    operator: "该账号不能更改配额或限制，请联系华为云支持。",
  },
  "SIS.0031": {
    title: "不支持的设置",
    said: "语音服务不认识我使用的某项设置。",
    operator:
      "这里不支持某个参数或它的取值。在国际站请不要设置 SIS_DIGIT_NORM、SIS_VOCABULARY_ID 和 SIS_NEED_WORD_INFO，并检查 SIS_PROPERTY。",
  },
  "SIS.0032": {
    title: "请求无法理解",
    said: "语音服务看不懂我送去的录音。",
    operator:
      "JSON、Base64 或某个字段无效，或 audio_format 与实际音频不符。请检查该区域是否有 SIS_PROPERTY 所设的模型；如果有，这是 Earshot 的缺陷，请反馈。",
  },
  "SIS.0033": {
    title: "听得太久",
    said: "语音服务听得太久，放弃了。",
    operator:
      "识别引擎没有及时回应 SIS。如果反复出现，请调低 SIS_MAX_CLIP_SECONDS，或凭追踪号联系华为云支持。",
  },
  "SIS.0100": {
    title: "服务内部故障",
    said: "语音服务内部出了故障。",
    operator: "SIS 内部错误。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0101": {
    title: "通行证未被接受",
    said: "语音服务没有接受我出示的通行证。",
    operator:
      "X-Auth-Token 有误、被截断、已过期、是全局而非项目级，或属于别的项目。请检查 IAM_PROJECT_NAME、SIS_REGION 和 SIS_PROJECT_ID。已重新登录过一次。",
  },
  "SIS.0102": {
    title: "没有出示通行证",
    said: "我的请求送到语音服务时，没有带上所需的通行证。",
    operator: "既没有 X-Auth-Token，也没有签名。请检查是否有代理删除了请求头；如果没有，请反馈。",
  },
  "SIS.0103": {
    title: "账号未实名",
    said: "这个机器人所用的账号还没有向语音服务证明身份。",
    operator: "缺少实名认证（中国站账号）。请在控制台完成。",
  },
  "SIS.0301": {
    title: "声音与模型不符",
    said: "为我选定的语音模型不接受我送去的这种声音。",
    operator: "audio_format 与 property 不匹配。采样率由 SIS_PROPERTY 决定，请选用该区域提供的模型。",
  },
  "SIS.0302": {
    title: "服务出了岔子",
    said: "语音服务自己出了岔子。",
    operator: "SIS 报告内部异常。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0303": {
    title: "暂时没人听",
    said: "语音服务现在很忙，负责听的部分联系不上。",
    operator: "SIS 连不上识别引擎，通常会自行恢复；如果经常出现，请提交工单。",
  },
  "SIS.0304": {
    title: "等不到声音",
    said: "语音服务在等我的声音，却没有等到。",
    operator: "流式识别 20 秒没有收到音频。请检查本机的网络和负载；流必须持续发送，或者结束。",
  },
  "SIS.0305": {
    title: "听丢了",
    said: "语音服务听着听着，跟丢了。",
    operator: "识别引擎异常。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0306": {
    title: "没有听完",
    said: "语音服务没能听到最后。",
    operator: "识别过程异常。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0307": {
    title: "中途放下了",
    said: "语音服务处理这段录音时，中途放下了。",
    operator: "识别任务异常。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0309": {
    title: "一次说得太长",
    said: "这一次说得太长，超过了语音服务一次能听的时间。",
    action: "中间稍作停顿，或录得短一些，就可以了。",
    operator: "流式识别超过了上限：short-stream 为 60 秒，continue-stream 和 sentence-stream 为 5 小时。",
  },
  "SIS.0601": {
    title: "有一项不对",
    said: "我告诉语音服务的内容里，有一项不对。",
    operator: "识别参数缺失或无效。请检查 SIS_PROPERTY 和其他 SIS_ 设置。",
  },
  "SIS.0602": {
    title: "没见过的录音",
    said: "语音服务读不了这种录音。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "一句话识别接口不支持该编码。请检查所发送的编码。",
  },
  "SIS.0604": {
    title: "太大或太小",
    said: "这段录音对语音服务来说太大，或者太小。",
    action: "几秒到一分钟的录音最合适。",
    operator: "大小超出范围；Base64 会增加三分之一。请调低 SIS_MAX_BASE64_BYTES 或 SIS_MAX_CLIP_SECONDS。",
  },
  "SIS.0605": {
    title: "识别中断",
    said: "语音服务处理这段录音时自己停住了。",
    operator: "识别的内部错误。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "SIS.0608": {
    title: "链接不被接受",
    said: "语音服务不接受我给它的链接。",
    operator: "链接必须是与服务同一区域的 OBS 对象。",
  },
  "SIS.0609": {
    title: "没能取到录音",
    said: "语音服务没能从我放置的地方取到录音。",
    operator: "从 OBS 下载失败：请把对象设为公共读，或授权 SIS 读取 OBS。",
  },
  "SIS.0002": {
    title: "没有说明的错误",
    said: "语音服务报了一个它自己从未说明过的错误。",
    operator: "SIS.0002 只出现在服务商的示例中，没有说明含义。请当作未知错误，凭追踪号联系华为云支持。",
  },
  "SIS.0005": {
    title: "此处没有服务",
    said: "我拿到的地址上没有语音服务。",
    operator: "该处不存在这项服务：请检查 SIS_ENDPOINT 和 SIS_REGION，以及 SIS 是否已开通。",
  },
  "SIS.0312": {
    title: "已经满了",
    said: "语音服务同时处理我们的录音，已经到了上限。",
    operator: "该账号同时进行的请求太多。请调低 SIS_MAX_QPS，或向华为云申请更多。",
  },
} as const satisfies Record<keyof typeof sisCodes, ProblemSentences>;
