/**
 * Sentences that the embedded recognizer writes down word for word when flite's voice "rms" reads them, before and after
 * Opus: for demonstrations and tests that need to know the exact text.
 */
export const clearSentences: readonly string[] = [
  "Can you bring the blue folder to the office?",
  "The package arrived this morning.",
  "I think we should talk about this tomorrow.",
  "My sister lives in a small town near the river.",
  "The children are playing in the garden.",
  "The meeting starts at nine in the morning.",
  "This is the best news I have heard all week.",
  "Everything works again after the last update.",
  "She wants to learn how to play the piano.",
  "It was raining when we came back from the city.",
  "The second half of the movie was better than the first.",
  "He forgot his keys on the kitchen table.",
  "We have plenty of time before the concert begins.",
  "We need to buy milk and bread on the way home.",
  "The server will be down for an hour tonight.",
  "We should leave early to avoid the traffic.",
  "The market opens at seven every day.",
  "Please call me back when you have a minute.",
  "The doctor said that everything looks fine.",
  "I will send you the report before lunch.",
];
