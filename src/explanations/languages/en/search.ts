/** What finding transcripts again says. */
export const searchWords = {
  found: "Transcripts with {{text}} that you may read, the newest first:",
  foundMore: "Older transcripts with {{text}}:",
  foundNothing: "None. Each word has to be there as it was written down; a shorter part of it finds more.",
  foundAll: "There are no more.",
  foundNoLink: "no link",
  foundPrivate: "only you",
  searchPart_one: "I've looked through {{count, number}} transcript; **Older** goes on from there.",
  searchPart_other: "I've looked through {{count, number}} transcripts; **Older** goes on from there.",
  searchOlder: "Older",
  searchNewest: "Newest",
} as const;
