export const searchWords = {
  found: "您可以看到的、含有 {{text}} 的文字，最新的在前：",
  foundMore: "更早的、含有 {{text}} 的文字：",
  foundNothing: "没有找到。每个词都必须和写下的一样；短一些的词能找到更多。",
  foundAll: "没有更多了。",
  foundNoLink: "没有链接",
  foundPrivate: "仅您可见",
  searchPart_other: "我已查看 {{count, number}} 份文字；点“**更早**”从那里继续。",
  searchOlder: "更早",
  searchNewest: "最新",
} as const;
