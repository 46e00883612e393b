import type { tencentNumbers } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentByNumber = {
  "TENCENT.REALTIME.4000": {
    title: "送得太快",
    said: "我送声音太快，语音服务跟不上。",
    operator: "1 秒之内最多发送 3 秒音频。",
  },
  "TENCENT.REALTIME.4001": {
    title: "对话的一项细节",
    said: "语音服务说我们对话的一项细节不对。",
    operator: "参数无效，服务的消息会指出是哪一个。",
  },
  "TENCENT.REALTIME.4002": {
    title: "没有被相信",
    said: "我开始对话时，语音服务没有相信我。",
    operator:
      "鉴权失败：请检查 TENCENT_APP_ID、TENCENTCLOUD_SECRET_ID、TENCENTCLOUD_SECRET_KEY 和本机时钟（最多相差 3 分钟）；子账号需要授权。",
  },
  "TENCENT.REALTIME.4003": {
    title: "没有开通听写",
    said: "这个机器人所用的账号还没有开通听写。",
    operator: "该 AppID 没有开通服务，请在控制台开通。",
  },
  "TENCENT.REALTIME.4004": {
    title: "资源包用完",
    said: "这个机器人的时长包用完了。",
    operator: "资源包已用完。请购买，或开通后付费。",
  },
  "TENCENT.REALTIME.4005": {
    title: "欠了费用",
    said: "这个机器人所用的账号欠了语音服务的费用。",
    operator: "账号欠费，请充值。",
  },
  "TENCENT.REALTIME.4006": {
    title: "对话太多",
    said: "同时与语音服务进行的对话太多。",
    operator: "同时的连接太多。请稍候再试，或购买更多。",
  },
  "TENCENT.REALTIME.4007": {
    title: "声音拆不开",
    said: "语音服务拆不开送去的声音。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "音频无法解码：voice_format 必须与音频一致。",
  },
  "TENCENT.REALTIME.4008": {
    title: "线路上没有声音",
    said: "语音服务十五秒没有听到我的声音，就挂断了。",
    operator: "超过 15 秒没有音频：请发送音频，空闲时发送结束包。",
  },
  "TENCENT.REALTIME.4009": {
    title: "对话中断",
    said: "与语音服务的对话在我这边中断了。",
    operator: "客户端关闭了连接，请重新连接。",
  },
  "TENCENT.REALTIME.4010": {
    title: "没听懂",
    said: "我说了一句语音服务听不懂的话。",
    operator: "发送了未知的文本消息；只认识结束包。",
  },
  "TENCENT.REALTIME.5000": {
    title: "负担过重",
    said: "语音服务现在负担过重。",
    operator: "过载或网络问题。请用新的 voice_id 重新开始识别。",
  },
  "TENCENT.REALTIME.5001": {
    title: "跟不上",
    said: "语音服务现在跟不上。",
    operator: "过载或网络问题。请用新的 voice_id 重新开始识别。",
  },
  "TENCENT.REALTIME.5002": {
    title: "卡住了",
    said: "语音服务被压得卡住了。",
    operator: "过载或网络问题。请用新的 voice_id 重新开始识别。",
  },
  "TENCENT.REALTIME.6001": {
    title: "境外呼叫",
    said: "这个地址的语音服务不接受境外的呼叫。",
    operator: "从境外（或通过境外代理）访问了中国站。请使用国际站，或去掉代理。",
  },
  "TENCENT.FLASH.4008": {
    title: "送得太慢",
    said: "录音送到语音服务用时太久。",
    operator: "上传超时。请检查本机的上行带宽。",
  },
  "TENCENT.FLASH.4011": {
    title: "文件过大",
    said: "这段录音的文件超过了快速听写的大小上限。",
    action: "请分成几段较短的录音发送。",
    operator: "音频超过 100 MB。",
  },
  "TENCENT.FLASH.4012": {
    title: "送到时是空的",
    said: "录音送到语音服务时是空的。",
    action: "请重新发送。",
    operator: "音频为空。",
  },
  "TENCENT.FLASH.5002": {
    title: "快速听写失败",
    said: "快速听写没能处理这段录音。",
    operator: "识别失败。请重试；如果一直这样，请联系支持人员。",
  },
  "TENCENT.FLASH.5003": {
    title: "快速听写太慢",
    said: "快速听写处理这段录音用时太久。",
    operator: "识别超时。请重试；如果一直这样，请联系支持人员。",
  },
  "TENCENT.TASK.10000": {
    title: "没能转换",
    said: "语音服务没能转换这段录音。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "转码失败：请检查格式。",
  },
  "TENCENT.TASK.10001": {
    title: "没能变成文字",
    said: "语音服务没能把这段录音变成文字。",
    operator: "识别失败。请重新提交；如果一直这样，请联系支持人员。",
  },
  "TENCENT.TASK.10002": {
    title: "太短",
    said: "这段录音对语音服务来说太短。",
    action: "录得长一些就可以了。",
    operator: "音频太短。",
  },
  "TENCENT.TASK.10003": {
    title: "对服务来说太长",
    said: "这段录音对语音服务来说太长。",
    action: "请分成几段较短的录音发送。",
    operator: "音频太长（链接方式为 5 小时）。",
  },
  "TENCENT.TASK.10004": {
    title: "不是有效的录音",
    said: "语音服务说这不是有效的录音。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "音频文件无效。",
  },
  "TENCENT.TASK.10005": {
    title: "没说原因",
    said: "语音服务失败了，却没有说原因。",
    operator: "其他失败。请重新提交；如果一直这样，请凭任务 ID 联系支持人员。",
  },
  "TENCENT.TASK.10006": {
    title: "声道数错了",
    said: "我预告的声道数与这段录音的不同。",
    operator: "“Audio Channel Num Not Match”：ChannelNum 必须等于声道数。",
  },
  "TENCENT.TASK.10007": {
    title: "够不着录音",
    said: "语音服务够不着录音，没能下载。",
    operator: "无法下载音频：链接必须公开可访问。",
  },
} as const satisfies Record<keyof typeof tencentNumbers, ProblemSentences>;
