export const captionWords = {
  timelineTitle: "发言时间轴 · {{time}}",
  timelineAbout: "时长 {{time}} 的时间轴，每位发言者一行，发言时间最长的排在最前。",
  timelineMember_other: "{{member}}：共 {{time}}，{{count, number}} 次发言，从 {{from}} 到 {{to}}。",
  timelineMore_other: "另有 {{count, number}} 位发言者。",

  captionsRejoined: "我重新连接了通话：这里可能缺少片刻的内容。",

  captionsLanguageUnheard:
    "我在这里听不懂{{language}}。能配字幕的有：{{languages}}。请从中选择，或者不填 `语言:`。",
  captionsOptInOnly:
    "这个服务器只为使用过 `/隐私 加入`（即 `/privacy opt-in`）的人配字幕；其他人的话不会被听取，也不会被写下来。",
  captionsNoWebhook:
    "我没有权限以发言者的身份发消息，所以名字写在话的前面。想用另一种形式，请在这里给我“**管理 Webhook**”权限。",

  captionsLink:
    "{{channel}} 的字幕页面（仅供您使用）：{{link}}\n链接在 {{hours, number}} 小时内有效，任何拿到它的人都能打开，请不要转发。在末尾加上 `?overlay` 可用于直播软件。",
  captionsLinkLocal: "它只能在我所在的机器上打开：运行我的人可以设置 `PUBLIC_URL`。",
  captionsLinkOff: "我在这里没有提供网页。运行我的人可以用 `HTTP_PORT` 给我一个端口。",
  pageCaptions: "实时字幕",
  pageTranscript: "文字记录",
  pageLive: "进行中",
  pagePaused: "已暂停",
  pageEnded: "已结束",
  pageReconnecting: "连接中断，正在重试",
  pageNothingYet: "还没有人说话。",
  pageSettings: "显示",
  pageSmaller: "缩小文字",
  pageLarger: "放大文字",
  pageColours: "颜色",
  pageColoursDevice: "跟随设备",
  pageColoursLight: "浅色",
  pageColoursDark: "深色",
  pageColoursContrast: "高对比度",
  pageNewest: "跳到最新一行",
  pageOverlay: "直播软件用的叠加层",
  pageBack: "返回实时字幕",
  pageSearch: "搜索",
  pageSearchWords: "要查找的词",
  pageFound_other: "共 {{total, number}} 次发言，其中 {{count, number}} 次含有这些词。",
  pageShowAll: "显示全部",
  pageJump: "前往",
  pageJumpTime: "跳到某个时间，例如 1:07",
  pageDownload: "下载",
  pageGone: "这个链接无法使用",
  pageGoneWhy:
    "它可能已过期，或者您不再能加入那个语音频道。字幕进行时，在 Discord 里用 `/字幕 链接`（即 `/captions link`）可以得到新的链接。",

  statusQueue:
    "队列：{{waiting, number}} 个等待，{{running, number}} 个处理中，{{later, number}} 个稍后重试。",
  statusService: "{{recognizer}}：每秒最多 {{rate, number}} 次请求，{{count, number}} 个正在排队。",
  statusServiceElsewhere: "{{recognizer}} 由我的另一个进程调用。",
  statusCaptions_other: "{{channel}} 的字幕在 {{link}}，始于{{time}}，共 {{count, number}} 次发言。",
  statusNoProblems: "最近七天，这个服务器没有出过问题。",
  statusProblems: "这个服务器最近出过的问题：",
  statusTimes_other: "{{count, number}} 次，最近一次在{{time}}",
  needsManageMessages: "查看此项需要“**管理消息**”权限。",

  recordingPage:
    "这些文字的网页（仅供您使用），可以搜索和下载：{{link}}\n链接在 {{hours, number}} 小时内有效，任何拿到它的人都能打开，请不要转发。",
  recordingPageNone:
    "我没有保存这条消息的文字：可能没有转写过，或者时间太久了。用“**应用**”→“**转写**”可以重新转写。",
} as const;
