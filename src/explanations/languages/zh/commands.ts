import type { Language } from "../../language.ts";

export const commands = {
  transcribe: { name: "转写", description: "把录音变成文字" },
  "transcribe file": { name: "文件", description: "音频或视频文件" },
  "transcribe message": { name: "消息", description: "含有录音的消息的链接或 ID" },
  "transcribe private": { name: "仅自己可见", description: "只让您看到结果" },
  "transcribe language": { name: "语言", description: "录音中说的语言" },
  Transcribe: { name: "转写", description: "" },
  privacy: { name: "隐私", description: "您的语音会怎样处理" },
  "privacy opt-out": { name: "退出", description: "无论谁要求，都不转写我的语音" },
  "privacy opt-in": { name: "加入", description: "重新转写我的语音" },
  settings: { name: "设置", description: "Earshot 在这个服务器里的工作方式" },
  "settings notes": { name: "语音消息", description: "自动转写语音消息" },
  "settings notes on": { name: "开启", description: "自动转写语音消息" },
  "settings notes off": { name: "关闭", description: "只在有人要求时转写" },
  "settings notes channel": { name: "频道", description: "只对这个频道；不填则对整个服务器" },
} as const satisfies Language["commands"];
