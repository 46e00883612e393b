import type { alibabaCodes } from "../../catalogue/alibaba.ts";
import type { ProblemSentences } from "../../language.ts";

export const alibaba = {
  "ALIBABA.21050000": {
    title: "全部完成",
    said: "语音服务已经处理完这段录音。",
    operator: "SUCCESS：任务已受理，或结果已就绪，无需操作。",
  },
  "ALIBABA.21050001": {
    title: "正在听",
    said: "语音服务正在听这段录音。",
    action: "听完之后，文字会自动出现。",
    operator: "RUNNING：请稍后再查询结果。",
  },
  "ALIBABA.21050002": {
    title: "正在排队",
    said: "这段录音正在语音服务那里排队。",
    action: "轮到之后，文字会自动出现。",
    operator: "QUEUEING：请稍后再查询结果。",
  },
  "ALIBABA.21050003": {
    title: "没人说话",
    said: "语音服务没有在这段录音里找到说话的人。",
    action: "请确认里面有人说话，而且不太短。",
    operator: "SUCCESS_WITH_NO_VALID_FRAGMENT：已完成，但没有语音，或语音太短。",
  },
  "ALIBABA.41050001": {
    title: "今天的时长用完",
    said: "今天可用的语音服务时长已经用完。",
    action: "请明天再试。",
    operator: "USER_BIZDURATION_QUOTA_EXCEED：试用版每个自然日 2 小时音频。请等到第二天，或升级。",
  },
  "ALIBABA.41050002": {
    title: "没能下载",
    said: "语音服务没能从我这里下载录音。",
    operator: "FILE_DOWNLOAD_FAILED：链接必须能从互联网访问，且没有过期。请检查 PUBLIC_URL 和防火墙。",
  },
  "ALIBABA.41050003": {
    title: "不认识的文件",
    said: "语音服务不接受这种文件。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "FILE_CHECK_FAILED：接受单轨或双轨的 WAV、MP3。",
  },
  "ALIBABA.41050004": {
    title: "超过上限",
    said: "这个文件超过了语音服务能接受的 512 MB。",
    action: "请分成几段较短的录音发送。",
    operator: "FILE_TOO_LARGE：文件超过 512 MB。",
  },
  "ALIBABA.41050005": {
    title: "声音无法调匀",
    said: "语音服务没能把这段录音的声音调匀。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "FILE_NORMALIZE_FAILED：请确认文件能播放、没有损坏。",
  },
  "ALIBABA.41050006": {
    title: "读不通",
    said: "语音服务没能读通这个文件。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "FILE_PARSE_FAILED：请确认文件能播放、没有损坏。",
  },
  "ALIBABA.41050007": {
    title: "视频读不通",
    said: "语音服务没能读通这段 MKV 视频。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "MKV_PARSE_FAILED：请确认文件能播放、没有损坏。",
  },
  "ALIBABA.41050008": {
    title: "音质与模型不合",
    said: "这段录音的音质与选定的语音模型不合。",
    operator:
      "UNSUPPORTED_SAMPLE_RATE：请使用 appkey 所绑定模型的采样率（8 或 16 kHz），更高的采样率可开启 enable_sample_rate_adaptive。",
  },
  "ALIBABA.41050009": {
    title: "两个账号的钥匙",
    said: "我拿到的几把语音服务钥匙属于不同的账号。",
    operator: "UNSUPPORTED_ASR_GROUP：appkey 与 AccessKey 必须属于同一账号。",
  },
  "ALIBABA.41050010": {
    title: "已被丢弃",
    said: "语音服务已经丢弃了这段录音的内容。",
    operator: "FILE_TRANS_TASK_EXPIRED：任务 ID 不存在，或结果已超过 72 小时。请重新提交。",
  },
  "ALIBABA.41050011": {
    title: "链接不合格",
    said: "我为录音准备的链接不合格。",
    operator:
      "REQUEST_INVALID_FILE_URL_VALUE：file_link 必须是 http 或 https 和域名，不能是 IP 地址，不能有空格。请检查 PUBLIC_URL。",
  },
  "ALIBABA.41050012": {
    title: "回信地址不合格",
    said: "我留下的回信地址不合格。",
    operator:
      "REQUEST_INVALID_CALLBACK_VALUE：callback_url 必须是 http 或 https 和域名，不能是 IP 地址，不能有空格。",
  },
  "ALIBABA.41050013": {
    title: "订单有误",
    said: "我给语音服务的订单里有错误。",
    operator: "REQUEST_PARAMETER_INVALID：Task 不是有效的 JSON，或其中某个参数有误。",
  },
  "ALIBABA.41050014": {
    title: "没有项目钥匙",
    said: "我没有可以出示给语音服务的项目钥匙。",
    operator: "REQUEST_EMPTY_APPKEY_VALUE：请设置 appkey。",
  },
  "ALIBABA.41050015": {
    title: "没人认识的项目钥匙",
    said: "语音服务不认识我拿到的项目钥匙。",
    operator: "REQUEST_APPKEY_UNREGISTERED：appkey 不存在，或属于别的账号。",
  },
  "ALIBABA.41050021": {
    title: "未获准使用",
    said: "我所用的用户没有获准使用这项语音服务。",
    operator: "RAM_CHECK_FAILED：请为该 RAM 用户授权。",
  },
  "ALIBABA.41050023": {
    title: "大小对不上",
    said: "录音的大小与我预告的对不上。",
    operator: "CONTENT_LENGTH_CHECK_FAILED：Content-Length 与实际长度不符。请检查中间是否有改动文件的代理。",
  },
  "ALIBABA.41050024": {
    title: "来取时没有",
    said: "语音服务来取录音，却什么也没找到。",
    operator: "FILE_404_NOT_FOUND：文件服务器返回 404，链接可能在使用之前就过期了。",
  },
  "ALIBABA.41050025": {
    title: "被挡在门外",
    said: "语音服务来取录音，却被挡在门外。",
    operator: "FILE_403_FORBIDDEN：文件服务器返回 403。请检查访问权限，或链接已过期。",
  },
  "ALIBABA.41050026": {
    title: "我的服务器出错",
    said: "语音服务来取录音时，我自己的服务器出错了。",
    operator: "FILE_SERVER_ERROR：请检查文件服务器和它前面的设施，然后重新提交。",
  },
  "ALIBABA.51050000": {
    title: "深处故障",
    said: "语音服务的深处出了故障。",
    operator: "INTERNAL_ERROR：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050001": {
    title: "分不清有没有人声",
    said: "语音服务分不清这段录音里哪里有人声。",
    operator: "VAD_FAILED：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050002": {
    title: "没能写出文字",
    said: "语音服务没能为这段录音写出文字。",
    operator: "RECOGNIZE_FAILED：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050003": {
    title: "听时被打断",
    said: "语音服务正在听的时候被打断了。",
    operator: "RECOGNIZE_INTERRUPT：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050004": {
    title: "没排上队",
    said: "语音服务没能把这段录音排进队伍。",
    operator: "OFFER_INTERRUPT：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050005": {
    title: "未按时完成",
    said: "语音服务没能在自己规定的时间里处理完这段录音。",
    operator: "FILE_TRANS_TIMEOUT：请重新提交；如果反复出现，请提交工单。",
  },
  "ALIBABA.51050006": {
    title: "声道分不开",
    said: "语音服务没能把这段录音的声道分开。",
    operator: "FRAGMENT_FAILED：请重新提交，或改用单声道；如果反复出现，请提交工单。",
  },
  "ALIBABA.Throttling.User": {
    title: "问得太勤",
    said: "我向语音服务打听消息太勤了。",
    operator: "该用户的请求太多（查询结果每秒最多 100 次）。请放慢轮询。",
  },
  "ALIBABA.SignatureDoesNotMatch": {
    title: "两个签名",
    said: "语音服务把我的签名与它算的比较，两者不同。",
    operator: "请检查 AccessKey 密钥有无错误和多余的空格。",
  },
  "ALIBABA.InvalidAccessKeyId.NotFound": {
    title: "查无此钥匙",
    said: "语音服务查不到我拿到的这把钥匙。",
    operator: "AccessKey ID 不存在，请更正。",
  },
  "ALIBABA.InvalidTimeStamp.Expired": {
    title: "时钟不一",
    said: "按语音服务的时钟，我的请求来得不是时候。",
    operator: "本机时钟相差超过 15 分钟，请校准。",
  },
  "ALIBABA.SignatureNonceUsed": {
    title: "似曾相识",
    said: "语音服务认为它见过这个一模一样的请求。",
    operator: "随机数已经用过；每次尝试都会换新的。请检查是否有代理重复发送请求。",
  },
  "ALIBABA.ServiceUnavailable": {
    title: "暂时离开",
    said: "语音服务暂时离开一会儿。",
    operator: "网关报告服务不可用，通常会自行恢复。",
  },
  "ALIBABA.InternalError": {
    title: "接待处出错",
    said: "语音服务的接待处出错了。",
    operator: "网关内部错误。请重试；如果反复出现，请提交工单。",
  },
} as const satisfies Record<keyof typeof alibabaCodes, ProblemSentences>;
