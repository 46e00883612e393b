/** What live captions say beside the captions: pictures, settings, pages. */
export const captionWords = {
  // who spoke when, as a picture and in words
  timelineTitle: "Who spoke when · {{time}}",
  timelineAbout: "A timeline of {{time}} with a row for each speaker, the one who spoke longest first.",
  timelineMember_one: "{{member}}: {{time}} in {{count, number}} turn, from {{from}} to {{to}}.",
  timelineMember_other: "{{member}}: {{time}} in {{count, number}} turns, from {{from}} to {{to}}.",
  timelineMore_one: "And {{count, number}} more speaker.",
  timelineMore_other: "And {{count, number}} more speakers.",

  captionsRejoined: "I had to reconnect to the call: a moment of what was said may be missing here.",

  // languages, consent, webhooks
  captionsLanguageUnheard:
    "I can't hear {{language}} here. What I can caption: {{languages}}. Please choose one of these, or leave `language:` out.",
  captionsOptInOnly:
    "Only those who said `/privacy opt-in` are captioned in this server; nobody else is heard or written down.",
  captionsNoWebhook:
    "I may not post as those who speak, so their names stand before their words. For the other form I need the permission **Manage Webhooks** here.",

  // links and pages
  captionsLink:
    "The captions of {{channel}}, for you: {{link}}\nThe link works for {{hours, number}} hours, for whoever has it: please keep it to yourself. With `?overlay` at its end it suits streaming software.",
  captionsLinkLocal:
    "It leads to the machine I run on, and nowhere else: whoever runs me can set `PUBLIC_URL`.",
  captionsLinkOff: "I serve no web pages here. Whoever runs me can give me a port with `HTTP_PORT`.",
  pageCaptions: "Live captions",
  pageTranscript: "Transcript",
  pageLive: "Live",
  pagePaused: "Paused",
  pageEnded: "Ended",
  pageReconnecting: "Connection lost, trying again",
  pageNothingYet: "Nothing was said yet.",
  pageSettings: "Display",
  pageSmaller: "Smaller text",
  pageLarger: "Larger text",
  pageColours: "Colours",
  pageColoursDevice: "As on my device",
  pageColoursLight: "Light",
  pageColoursDark: "Dark",
  pageColoursContrast: "High contrast",
  pageNewest: "Go to the newest line",
  pageOverlay: "Overlay for streaming software",
  pageBack: "Back to the live captions",
  pageSearch: "Search",
  pageSearchWords: "Words to look for",
  pageFound_one: "{{count, number}} turn of {{total, number}} has these words.",
  pageFound_other: "{{count, number}} turns of {{total, number}} have these words.",
  pageShowAll: "Show everything",
  pageJump: "Go",
  pageJumpTime: "Go to a time, as in 1:07",
  pageDownload: "Download",
  pageGone: "This link does not work",
  pageGoneWhy:
    "It may have run out, or you may no longer be allowed to join the voice channel. `/captions link` in Discord gives a new one while captions are running.",

  // /status
  statusQueue:
    "Queue: {{waiting, number}} waiting, {{running, number}} at work, {{later, number}} to be tried again later.",
  statusService:
    "{{recognizer}}: {{rate, number}} requests a second at most, {{count, number}} waiting for their turn.",
  statusServiceElsewhere: "{{recognizer}} is asked by another process of mine.",
  statusCaptions_one: "Captions of {{channel}} in {{link}}, since {{time}}: {{count, number}} turn.",
  statusCaptions_other: "Captions of {{channel}} in {{link}}, since {{time}}: {{count, number}} turns.",
  statusNoProblems: "Nothing went wrong in this server in the last seven days.",
  statusProblems: "What went wrong in this server lately:",
  statusTimes_one: "once, {{time}}",
  statusTimes_other: "{{count, number}} times, last {{time}}",
  needsManageMessages: "Seeing this takes the permission **Manage Messages**.",

  // Apps → Read as a page
  recordingPage:
    "These words as a page, to search in and to download, for you: {{link}}\nThe link works for {{hours, number}} hours, for whoever has it: please keep it to yourself.",
  recordingPageNone:
    "I keep no words of this message. Either it was not transcribed, or that was too long ago; **Apps** → **Transcribe** writes them down anew.",
} as const;
