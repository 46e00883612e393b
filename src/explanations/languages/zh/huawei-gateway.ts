import type { gatewayCodes } from "../../catalogue/huawei-gateway.ts";
import type { ProblemSentences } from "../../language.ts";

export const gateway = {
  "APIG.0101": {
    title: "敲错了门",
    said: "我敲的这扇门，语音服务没有。",
    operator:
      "网关不认识这个路径、主机或方法。请检查 SIS_ENDPOINT、SIS_REGION 和 SIS_PROJECT_ID；如果填了别的服务的终端节点，也会这样回应。",
  },
  "APIG.0103": {
    title: "门后没有人",
    said: "语音服务的大门现在通不到任何地方。",
    operator: "网关找不到该 API 的后端，请联系华为云支持。",
  },
  "APIG.0104": {
    title: "大门缺了一块",
    said: "语音服务的大门缺了一块。",
    operator: "找不到网关的插件，请联系华为云支持。",
  },
  "APIG.0105": {
    title: "大门没有装好",
    said: "语音服务的大门还没有完全装好。",
    operator: "缺少网关的后端配置，请联系华为云支持。",
  },
  "APIG.0106": {
    title: "途中弄混了",
    said: "我的请求在送进语音服务的途中弄混了。",
    operator: "网关前后的参数对不上。请检查 SIS_ 设置；如果无误，请联系华为云支持。",
  },
  "APIG.0201:400": {
    title: "请求不整齐",
    said: "我给语音服务的请求没有写好。",
    operator: "网关认为请求格式不正确。请检查是否有代理改写了请求；如果没有，请反馈。",
  },
  "APIG.0201:413": {
    title: "太大，送不进去",
    said: "这段录音太大，无法一次交给语音服务。",
    action: "请分成几段较短的录音发送。",
    operator: "请求体超过网关的 12 MB。请调低 SIS_MAX_BASE64_BYTES；SIS 本身能接受的小得多。",
  },
  "APIG.0201:414": {
    title: "地址太长",
    said: "我拿到的语音服务地址太长了。",
    operator: "URI 超过 32 KB，请检查 SIS_ENDPOINT。",
  },
  "APIG.0201:494": {
    title: "通行证太大",
    said: "我的通行证太大，进不了语音服务的大门。",
    operator:
      "单个请求头超过 32 KB，或合计超过 128 KB，通常是角色很多的 IAM Token。改用 AK/SK（HUAWEICLOUD_SDK_AK、HUAWEICLOUD_SDK_SK）可以避免。",
  },
  "APIG.0201:500": {
    title: "大门卡住了",
    said: "语音服务的大门卡住了。",
    operator: "网关意外错误。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "APIG.0201:502": {
    title: "没有人在",
    said: "语音服务那边现在没有人在。",
    operator: "网关连不上后端，通常会自行恢复；如果没有，请联系华为云支持。",
  },
  "APIG.0201:504": {
    title: "里面没有回音",
    said: "语音服务收下了录音，却没有及时回音。",
    operator:
      "后端超时：同时的请求太多、音频太长，或线路太慢。如果一直出现，请调低 SIS_MAX_QPS 或 SIS_MAX_CLIP_SECONDS。",
  },
  "APIG.0204": {
    title: "线路不够安全",
    said: "通往语音服务的线路没有按它的要求加密。",
    operator: "TLS 版本被拒绝。中间的代理必须支持 TLS 1.2 或更高版本。",
  },
  "APIG.0301": {
    title: "钥匙不对",
    said: "我拿到的语音服务钥匙不对。",
    operator:
      "凭证有误、过期或缺失，或本机时钟不准。请检查密钥中多余的空格和时钟。签名连续被拒超过五次，AK/SK 会被锁定 5 分钟，因此 Earshot 不再重试。",
  },
  "APIG.0302": {
    title: "不在名单上",
    said: "我用的账号不在语音服务的名单上。",
    operator: "该 IAM 用户不能调用此 API。请授予 SIS 的权限，并检查黑白名单。",
  },
  "APIG.0303": {
    title: "应用的钥匙不对",
    said: "语音服务不认识我所用的应用。",
    operator: "App 认证失败。SIS 使用 IAM 凭证调用：请检查终端节点是否是 SIS 的。",
  },
  "APIG.0304": {
    title: "应用不被允许",
    said: "我所用的应用不可以使用语音服务。",
    operator: "该应用没有获得此 API 的授权。",
  },
  "APIG.0305": {
    title: "凭证被拒绝",
    said: "语音服务的大门没有接受我的凭证。",
    operator: "网关拒绝了凭证。请检查 HUAWEICLOUD_SDK_AK 和 _SK，或 IAM_ 设置。",
  },
  "APIG.0306": {
    title: "禁止入内",
    said: "用我现在的账号，不能进入语音服务。",
    operator: "没有访问该 API 的权限。请为该账号授权 SIS。",
  },
  "APIG.0307": {
    title: "通行证过期",
    said: "我的通行证过期了，换了新的也没有用。",
    operator: "Token 已失效，或属于别的区域。请检查 IAM_PROJECT_NAME 与 SIS_REGION 是否一致。",
  },
  "APIG.0308": {
    title: "一次来得太多",
    said: "同时送到语音服务的录音太多，它一下子接不过来。",
    operator:
      "被限流：已达到账号的速率上限。如果一直出现，请调低 SIS_MAX_QPS，检查还有什么在使用该账号，或申请更高的配额。",
  },
  "APIG.0310": {
    title: "项目已关闭",
    said: "为语音服务付费的项目已经关闭。",
    operator: "项目不可用。请换一个项目：SIS_PROJECT_ID、IAM_PROJECT_NAME。",
  },
  "APIG.0311": {
    title: "测试钥匙",
    said: "语音服务以为我在做测试，让我离开了。",
    operator: "调试凭证被拒绝，请联系华为云支持。",
  },
  "APIG.0401": {
    title: "不知道从哪里来",
    said: "语音服务看不出我是从哪里来的。",
    operator: "网关不知道客户端的地址，请联系华为云支持。",
  },
  "APIG.0402": {
    title: "这里不可以",
    said: "语音服务不接受来自我所在地方的请求。",
    operator: "本机地址在黑名单中，或不在白名单中。请放行。",
  },
  "APIG.0404": {
    title: "走廊关闭",
    said: "从大门通往语音服务的走廊关闭了。",
    operator: "后端地址被禁止，请联系华为云支持。",
  },
  "APIG.0501": {
    title: "次数用完",
    said: "为语音服务购买的次数已经用完。",
    operator: "调用配额已用完，请在控制台购买。",
  },
  "APIG.0502": {
    title: "账号被冻结",
    said: "为语音服务付费的账号被冻结了。",
    operator: "余额不足。充值之后会自行恢复。",
  },
  "APIG.0601": {
    title: "大门出了故障",
    said: "语音服务的大门出了故障。",
    operator: "网关内部错误。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "APIG.0602": {
    title: "不肯转交",
    said: "语音服务的大门不肯转交我的请求。",
    operator: "网关认为是错误的请求。请检查 SIS_ENDPOINT，以及是否有代理改写了请求。",
  },
  "APIG.0605": {
    title: "名字找不到地方",
    said: "大门按名字找不到语音服务。",
    operator: "网关无法解析域名。请检查 SIS_ENDPOINT；如果无误，请联系华为云支持。",
  },
  "APIG.0606": {
    title: "大门还在打开",
    said: "语音服务的大门还没有完全打开。",
    operator: "网关还没有加载 API 的配置。如果一直这样，请联系华为云支持。",
  },
  "APIG.0607": {
    title: "线路类型不对",
    said: "我联系语音服务用了它不用的线路。",
    operator: "不允许该协议。SIS_ENDPOINT 必须以 https:// 开头。",
  },
  "APIG.0608": {
    title: "大门丢了钥匙",
    said: "语音服务的大门没拿到它自己的钥匙。",
    operator: "网关没能取得自己的 Token。如果一直这样，请联系华为云支持。",
  },
  "APIG.0609": {
    title: "里面的路不见了",
    said: "通往语音服务里面的路不见了。",
    operator: "找不到网关的 VPC 通道，请联系华为云支持。",
  },
  "APIG.0610": {
    title: "里面没有空位",
    said: "语音服务的大门后面，没有人能接手这件事。",
    operator: "没有可用的后端，通常会自行恢复；如果没有，请联系华为云支持。",
  },
  "APIG.0611": {
    title: "不知往哪里送",
    said: "大门不知道该把我的录音往哪里送。",
    operator: "找不到后端的端口，请联系华为云支持。",
  },
  "APIG.0612": {
    title: "原地打转",
    said: "语音服务的大门一直在自己找自己。",
    operator: "API 调用了自身，请联系华为云支持。",
  },
  "APIG.0613": {
    title: "没人查验通行证",
    said: "替语音服务查验通行证的地方现在不能工作。",
    operator: "网关连不上 IAM，通常会自行恢复；如果没有，请联系华为云支持。",
  },
  "APIG.0705": {
    title: "大门签不了名",
    said: "语音服务不相信它自己的大门。",
    operator: "网关与后端之间的签名失败，请联系华为云支持。",
  },
  "APIG.0802": {
    title: "这个地区不行",
    said: "我用的账号不能在这个地区使用。",
    operator: "该 IAM 用户在此区域被禁止。请换一个 SIS_REGION，或联系华为云支持。",
  },
  "APIG.1009": {
    title: "应用密钥无效",
    said: "语音服务不认识我拿到的应用密钥。",
    operator: "AppKey 或 AppSecret 无效。SIS 使用 IAM 凭证调用：请检查 SIS_ENDPOINT。",
  },
} as const satisfies Record<keyof typeof gatewayCodes, ProblemSentences>;
