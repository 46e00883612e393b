export const captionWords = {
  timelineTitle: "发言时间轴 · {{time}}",
  timelineAbout: "时长 {{time}} 的时间轴，每位发言者一行，发言时间最长的排在最前。",
  timelineMember_other: "{{member}}：共 {{time}}，{{count, number}} 次发言，从 {{from}} 到 {{to}}。",
  timelineMore_other: "另有 {{count, number}} 位发言者。",
} as const;
