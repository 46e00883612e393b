import type { WordSentences } from "../../language.ts";
import { askingWords } from "./asking.ts";
import { captionWords } from "./captions.ts";
import { privacyWords } from "./privacy.ts";
import { recordingWords } from "./recordings.ts";
import { searchWords } from "./search.ts";
import { settingsWords } from "./settings.ts";
import { usageWords } from "./usage.ts";

export const words = {
  ...askingWords,
  ...captionWords,
  ...recordingWords,
  ...searchWords,
  ...settingsWords,
  ...usageWords,
  ...privacyWords,

  clear: "清晰",
  unsure: "不太确定",
  pleaseListen: "请听原音",
  noScore: "无评分",
  share: "{{percent, number}} %",

  voiceNote: "语音消息",
  someone: "某人",
  noSpeech: "这段录音里没有听到有人说话。",
  listening: "正在听…",
  listeningParts_other: "正在听… 已完成 {{done, number}} 段，共 {{count, number}} 段",
  fetching: "正在下载录音…",
  seeFile: "以上是开头部分，全文见 `transcript.txt`。",
  cutShort: "录音在中途断了，以上是断开之前的全部内容。",
  audioLost: "录音中有{{lostMs, seconds}}已损坏，未能转写。",
  recordingOf: "第 {{index, number}} 段录音，共 {{total, number}} 段",

  whenServiceIsBack: "语音服务恢复后，会自动转写这段录音。",
  waitedTooLong: "语音服务太久没有恢复，我不再等了。",
  keepTrying: "它一有回应，我就把文字写在这里。",
  keepTryingHere: "我会自己重试，并把文字写在这里。",

  retry: "重试",
  retrying: "正在重试…",
  retryRunning: "已经在处理了。",
  retryGone: "无法重试：录音已经不在了。",
  retryDone: "这一条已经完成了。",

  introduction:
    "大家好！我会把这个服务器里的语音消息写成文字，方便大家阅读。为此，音频会发送给 {{recognizer}}（{{host}}）；我不会保留音频。会保留什么，见 `/隐私 查看`（即 `/privacy show`）。如果不希望自己的语音被转写，请使用 `/隐私 退出`（即 `/privacy opt-out`）。管理员可以用 `/设置 语音消息 关闭`（即 `/settings notes off`）关掉自动转写。",
  introductionLocal:
    "大家好！我会把这个服务器里的语音消息写成文字，方便大家阅读。音频由 {{recognizer}} 在我所在的机器上识别，不会发送到别处，我也不会保留。会保留什么，见 `/隐私 查看`（即 `/privacy show`）。如果不希望自己的语音被转写，请使用 `/隐私 退出`（即 `/privacy opt-out`）。管理员可以用 `/设置 语音消息 关闭`（即 `/settings notes off`）关掉自动转写。",
  introductionDirect:
    "您好！把语音消息发到这里，我会把它写成文字。为此，音频会发送给 {{recognizer}}（{{host}}）；我不会保留音频。会保留什么，见 `/隐私 查看`（即 `/privacy show`）。如果不希望自己的语音被转写（无论在哪里），请使用 `/隐私 退出`（即 `/privacy opt-out`）。",
  introductionDirectLocal:
    "您好！把语音消息发到这里，我会把它写成文字。音频由 {{recognizer}} 在我所在的机器上识别，不会发送到别处，我也不会保留。会保留什么，见 `/隐私 查看`（即 `/privacy show`）。如果不希望自己的语音被转写（无论在哪里），请使用 `/隐私 退出`（即 `/privacy opt-out`）。",
  contentHidden:
    "在这个频道里，Discord 不让我看到录音。想转写某一条时，请打开那条消息的菜单（右键点击，或长按），依次选择“**应用**”和“**转写**”。",

  optedOut:
    "好的：从现在起，无论谁要求，都不会下载、转写您的语音，也不会为它配字幕。用 `/隐私 加入` 可以恢复。",
  optedOutAlready: "您之前已经退出，您的语音不会被转写。用 `/隐私 加入` 可以恢复。",
  optedIn: "好的：您的语音消息会重新开始转写。随时可以用 `/隐私 退出` 停止。",
  optedInAlready:
    "您没有退出过：您的语音消息会被转写；在只为加入者配字幕的服务器里，也会为您配字幕。随时可以用 `/隐私 退出` 停止。",

  notesOnHere: "这个服务器里的语音消息现在会自动转写。",
  notesOffHere: "这个服务器里的语音消息不再自动转写。需要时仍可使用 `/转写`。",
  notesOnIn: "{{channel}} 里的语音消息现在会自动转写。",
  notesOffIn: "{{channel}} 里的语音消息不再自动转写。需要时仍可使用 `/转写`。",
  onlyInServers: "这个命令只能在服务器里使用。",
  needsManageServer: "更改此项需要“**管理服务器**”权限。",

  nothingToTranscribe: "请提供 `文件:`，或者 `消息:` 的链接或 ID。",
  fileOrMessage: "`文件:` 和 `消息:` 请只提供一个。",
  notAMessage: "这不是消息的链接或 ID。右键点击一条消息，选择“**复制消息链接**”即可得到。",
  messageNotFound: "找不到这条消息。它可能已被删除，或者在我看不到的地方。",
  continuedInChannel: "用时超过了 Discord 允许我在这里回复的时间，所以我发在了 {{channel}}。",
  continuedHere: "{{member}}，这是您要的文字：",
  continuedByMessage: "用时超过了 Discord 允许我在这里回复的时间，所以我私信发给您了。",
  cancelled: "已停止。",

  dryPermission:
    "我没有权限在这个语音频道里收听。请给我该频道的“**查看频道**”和“**连接**”权限，并且不要把我设为拒听。",
  dryConnection:
    "我与语音频道断开了，正在不断尝试重连。如果迟迟没有恢复，在频道设置里换一个地区通常会有帮助。",
  dryPackets: "有人在说话，但 Discord 没有把声音发给我。如果一直这样，在频道设置里换一个地区通常会有帮助。",
  dryDecrypting: "我收到的声音无法解密。离开语音频道再回来，或者在频道设置里换一个地区，通常会有帮助。",
  drySpeech: "我收到了声音，但听不到有人在说话。请检查麦克风是否选对、是否够近。",
  dryQuota: "大家说的话超过了我一次能发给语音服务的量，所以字幕会晚一些。",
  dryRecognizer: "语音服务没有回应。它一恢复，字幕就会继续，您不需要做任何事。",
  dryPosting: "我无法在应该发字幕的地方发消息。请给我那里的“**发送消息**”权限，子区也需要。",

  liveCaptions: "实时字幕",
  captionsOn:
    "{{member}} 为 {{channel}} 开启了实时字幕。为此，那里说的话会发送给 {{recognizer}}（{{host}}）；我不会保留音频。结束时，文字记录会发在这里。如果不希望自己的话被写成字幕，请使用 `/隐私 退出`（即 `/privacy opt-out`）。用 `/字幕 停止`（即 `/captions stop`）可以结束。",
  captionsOnLocal:
    "{{member}} 为 {{channel}} 开启了实时字幕。那里说的话由 {{recognizer}} 在我所在的机器上识别，不会发送到别处，我也不会保留音频。结束时，文字记录会发在这里。如果不希望自己的话被写成字幕，请使用 `/隐私 退出`（即 `/privacy opt-out`）。用 `/字幕 停止`（即 `/captions stop`）可以结束。",
  captionsStarted: "已为 {{channel}} 开启字幕：{{link}}",
  captionsAlready: "{{channel}} 的字幕已经开着：{{link}}",
  captionsBusy: "我正在为 {{channel}} 写字幕；在一个服务器里，我同时只能在一个语音频道。",
  captionsNoChannel: "请先加入一个语音频道，或者用 `频道:` 指定一个。",
  captionsNotYours: "只有可以加入 {{channel}} 的人才能这样做。",
  captionsWhereNotYours: "只有可以在 {{channel}} 发消息的人才能这样做。",
  captionsTooPublic:
    "能看到 {{channel}} 的人比能加入语音频道的人多，所以我不会把那里说的话写在这里。可以用 {{link}}：请用 `位置:` 指定它。",
  captionsCannotAnnounce:
    "我不能在 {{channel}} 里发消息，无法告诉大家我在听，所以我不听。请给我在那里发消息的权限，或用 `位置:` 换一个地方。",
  captionsCannotEnter: "我不能加入 {{channel}}。请在那里给我“**查看频道**”和“**连接**”权限。",
  captionsCannotJoin: "我没能进入 {{channel}}，所以没有字幕。过一分钟再试，通常就可以了。",
  captionsNone: "这个服务器里没有正在进行的字幕。",
  captionsStopped: "已停止。文字记录在 {{link}}",
  captionsPaused: "字幕已暂停：现在不听，也不写。",
  captionsResumed: "字幕继续。",
  captionsBehind: "字幕大约慢 {{seconds, number}} 秒",
  captionsGap: "有 {{seconds, number}} 秒未能转写",
  captionsDeafened: "我被设为了拒听，在管理员解除之前我不会听。",
  captionsReconnecting: "我和语音频道的连接断了，正在重新连接；这期间说的话会缺失。",
  captionsHearAgain: "我又能听到了。",
  captionsEndStopped: "字幕已停止。",
  captionsEndAlone: "大家都离开了，字幕结束。",
  captionsEndQuiet: "很久没有人说话，字幕结束。",
  captionsEndTooLong: "字幕已到最长时间，到此结束。",
  captionsEndRemoved: "我被移出了语音频道，字幕结束。",
  captionsEndMoved: "我被移到了另一个语音频道，字幕结束。",
  captionsEndLost: "我没能留在语音频道里，字幕结束。",
  captionsEndRestart: "我正在重启，字幕结束。",
  captionsEndInterrupted: "我被中断了；以下是之前听到的内容。",
  captionsEndFailed: "我这边出了问题，字幕结束。",
  captionsAttached: "说过的话见附件。",
  captionsNothingSaid: "没有人说话。",
  captionsTesting: "我会听 10 秒：请说点什么。",
  captionsTestHeard: "我听到的是：",
  captionsTestNothing: "这 10 秒里我没有听到人说话。用 `/字幕 状态` 可以看到问题出在哪里。",
  captionsAutoOn_other: "{{channel}} 里一有 {{count, number}} 个人，我就会自动开启字幕。",
  captionsAutoOff: "我不再在这个服务器里自动开启字幕。",
  captionsAutoStarter: "我自己的设置（/字幕 自动）",
  stageFine: "正常",
  stageConnection: "语音连接",
  stageSound: "来自 Discord 的声音",
  stageDecryption: "解密",
  stageSpeech: "找到语音",
  stageRecognizer: "语音服务",
  stageWriting: "书写",
  stageWaiting: "还没有",
  stageConnecting: "正在连接",
  stageReconnecting: "已断开，正在重试",
  stageDeafened: "被管理员设为拒听",
  stagePaused: "已暂停",
  stageNoKeys: "收到的内容无法解密",
  stageBehind: "慢 {{seconds, number}} 秒",
  stageTrouble: "有问题：{{code}}",

  trace: "追踪号 {{traceId}}",
  attempt: "第 {{attempt, number}} 次尝试",
  nextTryInSeconds: "{{seconds, number}} 秒后重试",
  nextTryInMinutes: "{{minutes, number}} 分钟后重试",
  nextTryInHours: "{{hours, number}} 小时后重试",

  adviseMember: "重新发送，或换一个文件，也许就可以了。",
  adviseMemberAgain: "再试一次通常就可以了。",
  adviseOperator: "您不需要做任何改动，请告诉这个机器人的管理者。",
  adviseOperatorAgain: "请过一分钟再试。",
  adviseVendor: "您不需要做任何改动。如果一直这样，请告诉这个机器人的管理者。",
  adviseVendorAgain: "过几分钟再试，通常就可以了。",
} as const satisfies WordSentences;
