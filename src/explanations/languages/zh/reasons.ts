import type { ProblemSentences } from "../../language.ts";
import type { Reason } from "../../problem.ts";

export const reasons = {
  "empty-file": {
    title: "空文件",
    said: "这个文件是空的，里面没有录到任何内容。",
    action: "请重新录一次。",
    operator: "文件为 0 字节，上传可能中断了。",
  },
  "not-audio": {
    title: "不是录音",
    said: "这个文件不是我能读取的录音。",
    action: "我能读取常见的音频和视频文件，例如 MP3、M4A、WAV、OGG 和 MP4。",
    operator: "无论文件名如何，其内容都不是已知的音频或视频容器。",
  },
  "no-audio-track": {
    title: "没有声音",
    said: "这段视频没有声音。",
    action: "请选择一段有声音的视频。",
    operator: "容器可以读取，但其中没有音频流。",
  },
  damaged: {
    title: "录音已损坏",
    said: "这段录音无法读取：文件已损坏。",
    action: "重新发送通常就可以了。",
    operator: "容器可以识别，但读不出任何音频。",
  },
  "too-long": {
    title: "太长",
    said: "这段录音超过了我的时长上限。",
    said_known: "这段录音超过了我的时长上限（{{limitMinutes, minutes}}）。",
    action: "请分成几段较短的录音发送。",
    operator: "上限由 MAX_AUDIO_MINUTES 决定，解码之前和解码过程中都会检查。",
  },
  "decoder-missing": {
    title: "缺少程序",
    said: "这种录音我打不开：这里没有安装所需的程序。",
    action: "在 Discord 里录制的语音消息不受影响。请告诉这个机器人的管理者。",
    operator: "找不到 ffmpeg。在 Debian 上运行：apt-get install ffmpeg。",
  },
  "decoder-failed": {
    title: "打不开",
    said: "这段录音打不开。",
    action: "另存为 MP3 或 WAV 后再发送，通常就可以了。",
    operator: "ffmpeg 无法处理该文件：文件已损坏、已加密，或者没有内置对应的编解码器。",
  },
  "decoder-timeout": {
    title: "打开用时太久",
    said: "打开这段录音用时太久，我停下来了。",
    action: "换一个较短的文件，或把它存成 MP3 或 WAV，通常就可以了。",
    operator: "解码超过了时限：机器负载过高，或者文件被刻意做得很慢。",
  },
  "service-credentials": {
    title: "服务拒绝了机器人",
    said: "语音服务没有让这个机器人进入。",
    operator: "凭证被拒绝。请检查密钥或登录信息，以及它们是否属于该区域。",
  },
  "service-rejected": {
    title: "服务不接受",
    said: "语音服务没有接受这段录音。",
    operator: "请求被拒绝，重发也会被拒绝。请检查该服务的配置。",
  },
  "service-throttled": {
    title: "请求太多",
    said: "语音服务要我放慢一些。",
    operator: "请求数超过了账号的限额。请调低 SIS_MAX_QPS，或申请更高的配额。",
  },
  "service-unavailable": {
    title: "服务不可用",
    said: "语音服务现在无法工作。",
    operator: "服务本身或通往它的网络中断。请查看服务状态和本机的网络。",
  },
  "service-timeout": {
    title: "没有回应",
    said: "语音服务没有及时回应。",
    operator: "在时限内没有收到回应，时限由 SIS_TIMEOUT_SECONDS 决定。请检查网络和负载。",
  },
  "service-malformed": {
    title: "读不懂的回应",
    said: "语音服务的回应我读不懂。",
    operator: "回应不是文档所述的 JSON。中间是否有代理或登录页面？",
  },
  "too-large": {
    title: "太大",
    said: "这个文件超过了我的大小上限。",
    said_known: "这个文件超过了我的大小上限（{{limitMegabytes, megabytes}}）。",
    action: "请分成几段发送，或换一个较小的文件。",
    operator: "上限由 MAX_DOWNLOAD_MB 决定。",
  },
  "download-refused": {
    title: "不在 Discord 上",
    said: "这个文件不在 Discord 上，我没有去下载。",
    action: "请把它作为附件发出来，再试一次。",
    operator: "来源（或重定向后的来源）不在 DISCORD_CDN_ORIGINS 中，没有向它发出任何请求。",
  },
  "download-failed": {
    title: "下载失败",
    said: "没能从 Discord 下载这段录音。",
    action: "过一分钟再试，通常就可以了。",
    operator: "下载失败。请检查本机的网络和 Discord 的状态。",
  },
  "download-gone": {
    title: "已经不在了",
    said: "这段录音已经不在了：被删除，或者链接已失效。",
    action: "请重新发送。",
    operator: "CDN 拒绝了该链接，为同一条消息取得的新链接也被拒绝。",
  },
  "download-timeout": {
    title: "下载用时太久",
    said: "从 Discord 下载这段录音用时太久。",
    action: "请过一分钟再试。",
    operator: "下载停滞或超过了时限。请检查本机的网络。",
  },
  "no-audio": {
    title: "没有音频",
    said: "这条消息里没有音频。",
    action: "请选择一条带有语音消息、音频文件或视频的消息。",
    operator: "包括转发在内，没有任何附件从类型或文件名看是音频或视频。",
  },
  "content-hidden": {
    title: "我看不到",
    said: "在这个频道里，Discord 不让我看到录音。",
    action: "想转写这一条，请打开它的菜单（右键点击，或长按），依次选择“**应用**”和“**转写**”。",
    operator: "Message Content intent 未开启。请在 Discord 开发者后台开启后重新启动。",
  },
  "opted-out": {
    title: "已退出",
    said: "录音的人不希望被转写，所以我没有处理。",
    action: "只有本人可以用 `/隐私 加入` 恢复。",
    operator: "作者已退出，没有下载任何内容。",
  },
  "no-access": {
    title: "无法查看",
    said: "那条消息所在的地方，您或我看不到。",
    action: "请选择我们都能看到的频道里的消息。",
    operator: "发起请求的成员或机器人在那里没有“查看频道”或“阅读消息历史记录”权限。",
  },
  "missing-permission": {
    title: "缺少权限",
    said: "我在这里没有权限这样做。",
    said_known: "我在这里没有权限这样做：缺少“{{permission}}”权限。",
    action: "管理这个服务器的人可以授予。",
    operator: "请在该频道或类别中为机器人的身份组授予此权限。",
  },
  "disk-full": {
    title: "空间不足",
    said: "我的工作空间用完了。",
    action: "请告诉这个机器人的管理者，稍后再试。",
    operator: "DATA_DIR 所在的磁盘已满。腾出空间即可，不需要其他操作。",
  },
  interrupted: {
    title: "被中断",
    said: "处理到一半时，我重启了。",
    action: "请再试一次。",
    operator: "在给出结果之前，进程被停止了。",
  },
  internal: {
    title: "我出错了",
    said: "我这边出了点问题。",
    action: "请再试一次；如果一直这样，请告诉这个机器人的管理者。",
    operator: "意外错误。日志中同一时刻有对应的代码。",
  },
} as const satisfies Record<Reason, ProblemSentences>;
