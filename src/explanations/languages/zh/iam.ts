import type { iamCodes } from "../../catalogue/iam.ts";
import type { ProblemSentences } from "../../language.ts";

export const iam = {
  "IAM.400": {
    title: "登录表读不懂",
    said: "语音服务的登录处看不懂我填的表。",
    operator: "IAM 认为登录请求无效。请检查 IAM_DOMAIN_NAME 和 IAM_PROJECT_NAME 中多余的字符。",
  },
  "IAM.401": {
    title: "登录失败",
    said: "我没能登录语音服务。",
    operator:
      "用户名、密码或账号名有误，或者这是 HUAWEI ID 而不是 IAM 用户。请检查 IAM_USERNAME、IAM_PASSWORD 和 IAM_DOMAIN_NAME；反复失败会锁定用户，因此 Earshot 会等待。",
  },
  "IAM.503": {
    title: "登录处暂停",
    said: "语音服务的登录处暂时关闭了。",
    operator: "IAM 不可用，通常会自行恢复；如果没有，请查看华为云的状态页。",
  },
  "IAM.0001": {
    title: "还没有登录",
    said: "语音服务要我先登录。",
    operator: "IAM 没有收到凭证。请检查 IAM_ 设置，或 HUAWEICLOUD_SDK_AK 和 _SK。",
  },
  "IAM.0002": {
    title: "用户没有权限",
    said: "我登录所用的用户没有这样做的权限。",
    operator: "请为该 IAM 用户授予在此项目中使用 SIS 的权限。",
  },
  "IAM.0006": {
    title: "登录处出了故障",
    said: "语音服务的登录处出了故障。",
    operator: "IAM 内部错误。如果一直这样，请凭追踪号联系华为云支持。",
  },
  "IAM.0011": {
    title: "登录填写有误",
    said: "我登录语音服务时填写有误。",
    operator: "登录请求体无效。请检查 IAM_USERNAME、IAM_DOMAIN_NAME 和 IAM_PROJECT_NAME。",
  },
  "IAM.0012": {
    title: "登录太频繁",
    said: "语音服务的登录处被问得太频繁了。",
    operator: "登录被限流。请减少使用该用户的进程，或改用不需要登录的 AK/SK。",
  },
  "IAM.0061": {
    title: "用户被锁定",
    said: "我登录所用的用户被暂时锁定了。",
    operator: "密码错误次数太多，用户被锁定。请更正 IAM_PASSWORD，等锁定结束后重新启动。",
  },
  "IAM.0062": {
    title: "密码不对",
    said: "我拿到的语音服务密码不对。",
    operator: "请更正 IAM_PASSWORD。每多试一次都会计入锁定次数。",
  },
  "IAM.0066": {
    title: "登录过期",
    said: "我在语音服务的登录过期了。",
    operator: "Token 已过期，请检查本机的时钟。",
  },
  "IAM.0067": {
    title: "登录失效",
    said: "我在语音服务的登录已经失效。",
    operator: "Token 无效：密码或权限可能已更改。请检查该 IAM 用户。",
  },
  "IAM.0081": {
    title: "只供人使用",
    said: "我登录所用的用户只供人使用，机器人不能用。",
    operator: "该 IAM 用户只能使用控制台。请为它开启编程访问。",
  },
  "IAM.0082": {
    title: "用户已停用",
    said: "我登录所用的用户已被停用。",
    operator: "该 IAM 用户已停用。请启用它，或换一个用户。",
  },
  "IAM.1105": {
    title: "密钥过期",
    said: "我拿到的语音服务密钥过期了。",
    operator: "访问密钥（AK）已过期，请新建一对。",
  },
  "IAM.1107": {
    title: "密钥未启用",
    said: "我拿到的语音服务密钥没有启用。",
    operator: "访问密钥（AK）未启用，请在控制台启用。",
  },
  "IAM.1108": {
    title: "临时密钥过期",
    said: "我拿到的语音服务临时密钥过期了。",
    operator: "安全令牌已过期。请使用永久密钥，或续期。",
  },
  "IAM.1109": {
    title: "没有这个项目",
    said: "我该在语音服务中使用的项目不存在。",
    operator: "请更正 SIS_PROJECT_ID 或 IAM_PROJECT_NAME；项目与区域要一致。",
  },
  "IAM.NO_PROJECT": {
    title: "找不到项目",
    said: "我登录了语音服务，却没有找到可以工作的地方。",
    operator:
      "IAM 中没有唯一一个同名的项目。请设置 SIS_PROJECT_ID（控制台“我的凭证”里可以查到），或检查 SIS_REGION 和 IAM_PROJECT_NAME。",
  },
} as const satisfies Record<keyof typeof iamCodes, ProblemSentences>;
