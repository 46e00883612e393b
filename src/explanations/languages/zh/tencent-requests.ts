import type { tencentRequestCodes } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentRequests = {
  "TENCENT.InvalidParameter": {
    title: "有内容不对",
    said: "我告诉语音服务的某项内容不对。",
    operator: "参数有误，服务的消息会指出是哪一个。",
  },
  "TENCENT.InvalidParameter.ErrorContentlength": {
    title: "大小报错了",
    said: "我把这段录音的大小报错了。",
    operator: "DataLen 必须是 Base64 编码之前的字节数，请反馈。",
  },
  "TENCENT.InvalidParameter.ErrorParamsMissing": {
    title: "忘了说",
    said: "我忘了把需要的内容告诉语音服务。",
    operator: "缺少参数，请反馈。",
  },
  "TENCENT.InvalidParameter.ErrorParsequest": {
    title: "读不了请求",
    said: "语音服务读不了我的请求。",
    operator: "请求数据无法解析。请检查是否有代理改写了它。",
  },
  "TENCENT.InvalidParameter.FileEncode": {
    title: "打包方式不认识",
    said: "这个文件里声音的打包方式，语音服务拆不开。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "文件编码有误，请转换。",
  },
  "TENCENT.InvalidParameter.InvalidVocabState": {
    title: "词表没准备好",
    said: "特殊词表还没有准备好。",
    operator: "热词表状态无效，请在控制台查看。",
  },
  "TENCENT.InvalidParameter.ModelState": {
    title: "模型没准备好",
    said: "自训练的语音模型还没有准备好。",
    operator: "模型的状态不允许这样做，请在控制台查看。",
  },
  "TENCENT.InvalidParameterValue": {
    title: "不可能的值",
    said: "我给语音服务的某个值是不可能的。",
    operator: "参数的取值有误，服务的消息会指出是哪一个。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidAppid": {
    title: "不认识的账号编号",
    said: "语音服务不认识我拿到的账号编号。",
    operator: "AppId 无效，请更正。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidClientip": {
    title: "可疑的地址",
    said: "语音服务对我所在的地址有疑问。",
    operator: "客户端地址无效。请检查是否有代理添加了地址。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidEngservice": {
    title: "没有这个模型",
    said: "没有叫这个名字的语音模型。",
    operator: "引擎（EngSerViceType）不存在。请使用列出的引擎，例如 16k_zh。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidProjectid": {
    title: "不认识的项目",
    said: "语音服务不认识我拿到的项目。",
    operator: "ProjectId 无效。请填 0，或不要填。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidRequestid": {
    title: "请求编号不行",
    said: "语音服务不接受我请求上的编号。",
    operator: "RequestId 无效，请反馈。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidSourcetype": {
    title: "走哪条路",
    said: "我没有说清楚录音会怎样送到语音服务。",
    operator: "SourceType 必须是 0（链接）或 1（数据），请反馈。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidSubservicetype": {
    title: "菜单上没有",
    said: "我要的这种听法，语音服务不提供。",
    operator: "SubServiceType 无效。请填 2，或不要填。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidUrl": {
    title: "链接走不通",
    said: "从外面打不开录音的链接。",
    operator: "URL 无效或不公开：不能有防火墙，不能是内网地址，必须可以下载。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidUseraudiokey": {
    title: "标签不被允许",
    said: "我贴在这段录音上的标签不被允许。",
    operator: "UsrAudioKey 无效。可填任意文字，或不要填。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidVoiceFormat": {
    title: "预告的类型不认识",
    said: "我预告的文件类型，语音服务不认识。",
    operator: "VoiceFormat 必须是 wav、pcm、ogg-opus、speex、silk、mp3、m4a、aac 或 amr。",
  },
  "TENCENT.InvalidParameterValue.ErrorInvalidVoicedata": {
    title: "声音有问题",
    said: "这段录音里的声音有问题。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "音频数据无效。请检查音频，以及 Base64 中有没有换行。",
  },
  "TENCENT.InvalidParameterValue.ErrorVoicedataTooLong": {
    title: "超过一次的长度",
    said: "这段录音超过了语音服务一次能接受的长度。",
    action: "请分成几段较短的录音发送。",
    operator: "音频超过时长上限（一句话为 60 秒）。请缩短片段。",
  },
  "TENCENT.InvalidParameterValue.InvalidParameterLength": {
    title: "某项长短不合",
    said: "我告诉语音服务的某项内容太长，或太短。",
    operator: "参数长度无效。",
  },
  "TENCENT.InvalidParameterValue.InvalidVocabId": {
    title: "不认识的词表",
    said: "语音服务不认识我拿到的特殊词表。",
    operator: "HotwordId 不是任何热词表，请更正。",
  },
  "TENCENT.InvalidParameterValue.InvalidVocabState": {
    title: "词表要等一等",
    said: "特殊词表现在的状态不能使用。",
    operator: "热词表状态无效，请在控制台查看。",
  },
  "TENCENT.InvalidParameterValue.InvalidWordWeight": {
    title: "不可能的权重",
    said: "有个特殊词的权重是不可能的。",
    operator: "热词权重为 1 到 11，或 100。",
  },
  "TENCENT.InvalidParameterValue.InvalidWordWeightStr": {
    title: "词写得不对",
    said: "有个特殊词写得不对。",
    operator: "热词的文字无效，请更正。",
  },
  "TENCENT.InvalidParameterValue.ModelId": {
    title: "不认识的模型",
    said: "我拿到的自训练语音模型不存在。",
    operator: "CustomizationId 不是任何模型，请更正。",
  },
  "TENCENT.InvalidParameterValue.NoHumanVoice": {
    title: "没有人声",
    said: "语音服务在这段录音里没有听到人声。",
    action: "请确认里面有人说话。",
    operator: "音频中没有找到人声。",
  },
  "TENCENT.InvalidParameterValue.ToState": {
    title: "不可能的更改",
    said: "自训练的语音模型不能这样更改。",
    operator: "所要求的模型状态无效。",
  },
  "TENCENT.MissingParameter": {
    title: "少了一项",
    said: "少了一项语音服务需要的内容。",
    operator: "缺少参数，请反馈。",
  },
  "TENCENT.UnknownParameter": {
    title: "多了一项",
    said: "我告诉了语音服务一项它用不上的内容。",
    operator: "参数未知，请反馈。",
  },
  "TENCENT.InvalidAction": {
    title: "做不到的事",
    said: "我请语音服务做一件它做不到的事。",
    operator: "该处不认识这个操作。请检查终端节点：并非每个站点都提供所有接口。",
  },
  "TENCENT.NoSuchVersion": {
    title: "不认识的版本",
    said: "我与语音服务说话用的版本，它不认识。",
    operator: "API 版本未知：应为 2019-06-14。请检查终端节点。",
  },
} as const satisfies Record<keyof typeof tencentRequestCodes, ProblemSentences>;
