import type { tencentAccountCodes, tencentServiceCodes } from "../../catalogue/tencent.ts";
import type { ProblemSentences } from "../../language.ts";

export const tencentAccount = {
  "TENCENT.AuthFailure": {
    title: "没能进去",
    said: "我没能进入语音服务。",
    operator: "签名或权限被拒绝。请检查密钥和 CAM 策略。",
  },
  "TENCENT.AuthFailure.CheckResourceResponseCodeError": {
    title: "不能查询",
    said: "我不可以在语音服务那里查询。",
    operator: "该账号没有查询权限，请在 CAM 中授予。",
  },
  "TENCENT.AuthFailure.UnauthorizedOperation": {
    title: "没有分给此账号",
    said: "主账号还没有把语音服务分给我所用的子账号。",
    operator: "子账号没有权限：请由主账号在 CAM 中授予。",
  },
  "TENCENT.AuthFailure.InvalidAuthorization": {
    title: "自我介绍有误",
    said: "我向语音服务自我介绍的格式不对。",
    operator: "Authorization 请求头格式不正确。请检查是否有代理改写了它。",
  },
  "TENCENT.AuthFailure.InvalidSecretId": {
    title: "不是钥匙",
    said: "交给我当作语音服务钥匙的东西，其实不是钥匙。",
    operator: "TENCENTCLOUD_SECRET_ID 不是 API 密钥。请新建一对 API 密钥。",
  },
  "TENCENT.AuthFailure.MFAFailure": {
    title: "缺第二重证明",
    said: "语音服务要看我的第二重身份证明，却没有看到。",
    operator: "MFA 失败。请使用不需要 MFA 的密钥。",
  },
  "TENCENT.AuthFailure.SecretIdNotFound": {
    title: "没人认识的钥匙",
    said: "语音服务不认识我拿到的钥匙。",
    operator: "TENCENTCLOUD_SECRET_ID 不存在、已停用，或有多余的空格。",
  },
  "TENCENT.AuthFailure.SignatureExpire": {
    title: "时钟相差太多",
    said: "我的时钟与语音服务的时钟相差太多。",
    operator: "本机时钟相差超过五分钟，请校准。",
  },
  "TENCENT.AuthFailure.SignatureFailure": {
    title: "签名未被接受",
    said: "语音服务没有接受我的签名。",
    operator: "签名有误。请检查 TENCENTCLOUD_SECRET_KEY 有无错误和多余的空格。",
  },
  "TENCENT.AuthFailure.TokenFailure": {
    title: "短期通行证被拒",
    said: "我拿到的短期通行证没有被接受。",
    operator: "临时 Token 有误或已过期，请续期。",
  },
  "TENCENT.UnauthorizedOperation": {
    title: "需要更多许可",
    said: "我想在语音服务那里做的事，需要我没有的许可。",
    operator: "该账号没有此操作的权限，请在 CAM 中授予。",
  },
  "TENCENT.IpInBlacklist": {
    title: "被屏蔽",
    said: "语音服务屏蔽了我所在的地方。",
    operator: "本机地址在黑名单中，请更改策略。",
  },
  "TENCENT.IpNotInWhitelist": {
    title: "不在获准之列",
    said: "我所在的地方不在语音服务获准的名单里。",
    operator: "本机地址不在白名单中，请更改策略。",
  },
  "TENCENT.UnsupportedRegion": {
    title: "那个地区没有",
    said: "在我拿到的地区，没有这项语音服务。",
    operator: "不支持该地域。请更正，或不要设置。",
  },
  "TENCENT.FailedOperation.CheckAuthInfoFailed": {
    title: "账号核对失败",
    said: "语音服务没能核对我所用的账号。",
    operator: "账号检查失败，请在控制台查看账号。",
  },
  "TENCENT.FailedOperation.ServiceIsolate": {
    title: "账单未付",
    said: "这个机器人所用的账号因账单未付被停用了。",
    operator: "因欠费被隔离，请充值。",
  },
  "TENCENT.FailedOperation.UserHasNoAmount": {
    title: "付费时长用完",
    said: "已付费的时长用完了。",
    operator: "付费额度已用完，请购买。",
  },
  "TENCENT.FailedOperation.UserHasNoFreeAmount": {
    title: "免费时长用完",
    said: "本月的免费时长用完了。",
    operator: "每月免费额度已用完。请开通后付费，或等到下个月。",
  },
  "TENCENT.FailedOperation.UserNotRegistered": {
    title: "尚未开通",
    said: "还没有为这个机器人开通语音服务。",
    operator: "“未注册的 AppId”：请在控制台为该账号开通语音识别。",
  },
  "TENCENT.LimitExceeded": {
    title: "到了限额",
    said: "这个机器人所用的账号到了某项限额。",
    operator: "超过配额，请申请更多。",
  },
  "TENCENT.LimitExceeded.CustomizationFull": {
    title: "自训练模型太多",
    said: "自训练的语音模型已经到了数量上限。",
    operator: "自学习模型数量已达上限，请删除一些。",
  },
  "TENCENT.LimitExceeded.OnlineFull": {
    title: "使用中的模型太多",
    said: "正在使用的自训练语音模型已经到了上限。",
    operator: "上线的模型数量已达上限，请下线一些。",
  },
  "TENCENT.LimitExceeded.VocabFull": {
    title: "放不下新词表",
    said: "没有地方再放一个特殊词表了。",
    operator: "热词表数量已达上限，请删除一些。",
  },
  "TENCENT.RequestLimitExceeded": {
    title: "问得太多",
    said: "我请求语音服务的次数，超过了它允许的频率。",
    operator: "达到频率限制。请降低频率，或申请更多。",
  },
  "TENCENT.RequestLimitExceeded.IPLimitExceeded": {
    title: "同一地方太多",
    said: "从我所在的地方发给语音服务的请求太多。",
    operator: "该地址达到频率限制，请降低频率。",
  },
  "TENCENT.RequestLimitExceeded.UinLimitExceeded": {
    title: "同一账号太多",
    said: "这个机器人所用的账号请求得太频繁。",
    operator: "该账号达到频率限制，请检查还有什么在使用它。",
  },
  "TENCENT.RequestLimitExceeded.GlobalRegionUinLimitExceeded": {
    title: "全球合计太多",
    said: "这个机器人所用的账号在全球合计请求得太频繁。",
    operator: "该账号在所有地域合计达到频率限制，请检查还有什么在使用它。",
  },
} as const satisfies Record<keyof typeof tencentAccountCodes, ProblemSentences>;

export const tencentService = {
  "TENCENT.FailedOperation": {
    title: "没有办成",
    said: "语音服务没能办成我请它做的事。",
    operator: "操作失败。请重试一次；如果不行，请凭请求 ID 联系支持人员。",
  },
  "TENCENT.FailedOperation.ErrorDownFile": {
    title: "下载没有成功",
    said: "语音服务没能下载这段录音。",
    operator: "链接必须公开可访问，没有防火墙，不是内网地址。过期的链接需要更新。",
  },
  "TENCENT.FailedOperation.ErrorRecognize": {
    title: "什么也没听出来",
    said: "语音服务没能从这个文件里听出内容。",
    action: "再试一次，或先存成 MP3 或 WAV，也许就可以了。",
    operator: "“识别失败”：VoiceFormat 必须与实际格式一致，然后重试一次。",
  },
  "TENCENT.FailedOperation.NoSuchTask": {
    title: "已经忘了",
    said: "语音服务已经不记得这段录音了。",
    operator: "TaskId 不存在，或已超过 24 小时。请重新提交。",
  },
  "TENCENT.InternalError": {
    title: "内里出错",
    said: "语音服务的内里出错了。",
    operator: "内部错误。请重试；如果一直这样，请凭请求 ID 联系支持人员。",
  },
  "TENCENT.InternalError.ErrorConfigure": {
    title: "自己没配好",
    said: "语音服务自己那边没有配好。",
    operator: "其内部配置失败，请重试。",
  },
  "TENCENT.InternalError.ErrorCreateLog": {
    title: "打不开本子",
    said: "语音服务打不开自己的记事本。",
    operator: "其内部日志失败，请重试。",
  },
  "TENCENT.InternalError.ErrorDownFile": {
    title: "下载途中出错",
    said: "语音服务在下载录音的途中出错了。",
    operator: "服务内部下载失败。请检查链接，然后重试。",
  },
  "TENCENT.InternalError.ErrorFailNewprequest": {
    title: "腾不出位置",
    said: "语音服务腾不出位置来开始这件事。",
    operator: "服务内部分配失败，请重试。",
  },
  "TENCENT.InternalError.ErrorFailWritetodb": {
    title: "没能记下来",
    said: "语音服务没能记下它正在做的事。",
    operator: "服务内部写数据库失败，请重试。",
  },
  "TENCENT.InternalError.ErrorFileCannotopen": {
    title: "收下后打不开",
    said: "语音服务收下录音后，自己却打不开了。",
    operator: "服务内部无法打开文件，请重试。",
  },
  "TENCENT.InternalError.ErrorGetRoute": {
    title: "自己迷了路",
    said: "语音服务在自己那里迷了路。",
    operator: "服务内部路由失败，请重试。",
  },
  "TENCENT.InternalError.ErrorMakeLogpath": {
    title: "没地方做笔记",
    said: "语音服务找不到地方做笔记。",
    operator: "服务内部无法创建日志路径，请重试。",
  },
  "TENCENT.InternalError.ErrorRecognize": {
    title: "识别途中出错",
    said: "语音服务识别到一半出错了。",
    operator: "服务内部识别失败。请重试；如果反复出现，请检查格式是否与实际一致。",
  },
  "TENCENT.InternalError.FailAccessDatabase": {
    title: "查不到档案",
    said: "语音服务查不到自己的档案。",
    operator: "服务内部的数据库失败，请重试。",
  },
  "TENCENT.InternalError.FailAccessRedis": {
    title: "短期记忆失灵",
    said: "语音服务的短期记忆失灵了。",
    operator: "服务内部的缓存失败，请重试。",
  },
  "TENCENT.RequestSizeLimitExceeded": {
    title: "路上过不去",
    said: "这段录音太大，在送往语音服务的路上过不去。",
    action: "请分成几段较短的录音发送。",
    operator: "请求超过了大小限制，请发送更短的片段。",
  },
  "TENCENT.ResponseSizeLimitExceeded": {
    title: "回应太大",
    said: "语音服务的回应太大，发不过来。",
    operator: "响应超过了大小限制。请少要一些内容，例如不要词级时间。",
  },
  "TENCENT.ResourceInsufficient": {
    title: "位置紧张",
    said: "语音服务现在位置紧张。",
    operator: "资源不足，请稍后再试。",
  },
  "TENCENT.ResourceUnavailable": {
    title: "现在没有",
    said: "我需要的东西，语音服务现在拿不出来。",
    operator: "资源不可用，请稍后再试。",
  },
  "TENCENT.ServiceUnavailable": {
    title: "暂停服务",
    said: "语音服务暂停了。",
    operator: "服务不可用。请稍后再试，并查看状态页。",
  },
} as const satisfies Record<keyof typeof tencentServiceCodes, ProblemSentences>;
