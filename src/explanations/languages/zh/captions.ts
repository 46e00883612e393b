export const captionWords = {
  timelineTitle: "发言时间轴 · {{time}}",
  timelineAbout: "时长 {{time}} 的时间轴，每位发言者一行，发言时间最长的排在最前。",
  timelineMember_other: "{{member}}：共 {{time}}，{{count, number}} 次发言，从 {{from}} 到 {{to}}。",
  timelineMore_other: "另有 {{count, number}} 位发言者。",

  captionsLanguageUnheard:
    "我在这里听不懂{{language}}。能配字幕的有：{{languages}}。请从中选择，或者不填 `语言:`。",
  captionsOptInOnly:
    "这个服务器只为使用过 `/隐私 加入`（即 `/privacy opt-in`）的人配字幕；其他人的话不会被听取，也不会被写下来。",
  captionsNoWebhook:
    "我没有权限以发言者的身份发消息，所以名字写在话的前面。想用另一种形式，请在这里给我“**管理 Webhook**”权限。",
} as const;
