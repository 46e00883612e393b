export const privacyWords = {
  privacySent: "什么会发送到哪里",
  privacyHearsAll: "录音和实时字幕由 {{recognizer}} 识别：音频会发送到 {{host}}。",
  privacyHearsAllHere: "录音和实时字幕由 {{recognizer}} 在我所在的机器上识别：音频不会发送到别处。",
  privacyHearsRecordings: "录音由 {{recognizer}} 识别：音频会发送到 {{host}}。",
  privacyHearsRecordingsHere: "录音由 {{recognizer}} 在我所在的机器上识别：音频不会发送到别处。",
  privacyHearsCaptions: "实时字幕由 {{recognizer}} 识别：音频会发送到 {{host}}。",
  privacyHearsCaptionsHere: "实时字幕由 {{recognizer}} 在我所在的机器上识别：音频不会发送到别处。",

  privacyKept: "什么会保留",
  privacyAudio: "音频：只在处理期间保留。",
  privacyTranscripts_other: "文字：{{count, number}} 天。",
  privacyTranscriptsHere_other: "这个服务器的文字：{{count, number}} 天。",
  privacyTranscriptsNone: "文字：不保留。只有我发在 Discord 上的那些。",
  privacyCache_other: "为了不重复识别同一段录音，凭录音本身可以找到它的文字：{{count, number}} 天。",
  privacyRecords_other: "哪条消息由哪条回答（不含文字）：{{count, number}} 天。",
  privacyUsage_other: "每天用了多少分钟：{{count, number}} 天。",
  privacyEncrypted: "保留的文字是加密的。",
  privacyNotEncrypted: "保留的文字没有加密，只有机器人的管理者能接触到。",
  privacySweep: "过期的内容下次删除的时间：{{time}}。",

  privacyYours: "由您决定",
  privacyYouAreOut: "您已经退出：不会下载、转写您的语音，也不会为它配字幕。",
  privacyYouAreIn: "您没有退出：您的录音会被转写。",
  privacyCommands:
    "用 `/隐私 退出` 可以在所有地方停止。用 `/隐私 导出` 可以拿到我保留的关于您的一切，用 `/隐私 删除` 可以删除它们。",

  privacyDeleteAsk:
    "这会删除我在所有服务器里保留的关于您的内容：您说过的话和您私下让我转写的文字、我回答过您哪些消息，以及用量上您的名字。我发在 Discord 上的消息会留下；删除您的录音，它的回答也会一起删除。您是否退出也会保留，否则我又会开始转写您。正在处理的录音仍会得到回答。",
  privacyDeleteButton: "永久删除",
  privacyDeleted:
    "已删除，用量上也不再有您的名字。文字：{{transcripts, number}} 份，回答记录：{{answers, number}} 条。",
  privacyExported: "这是我保留的关于您的一切。只有您能看到。",
  privacyExportedPart:
    "这是我保留的关于您的内容，包含最新的 {{done, number}} 份文字，共 {{total, number}} 份：一个文件放不下更多。只有您能看到。",
} as const;
