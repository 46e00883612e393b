import type { Segment, SegmentWord, Transcript } from "./transcript.ts";

/** A transcript that was stored as JSON text; undefined where it is none, as one of another version. */
export function readTranscript(json: string): Transcript | undefined {
  const value: unknown = JSON.parse(json);
  return isTranscript(value) ? value : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isTranscript(value: unknown): value is Transcript {
  return (
    isRecord(value) &&
    hasNumbers(value, "durationMs", "requests", "lostMs") &&
    hasTexts(value, "text", "recognizer") &&
    isScore(value["confidence"]) &&
    typeof value["cutShort"] === "boolean" &&
    isList(value["segments"], isSegment)
  );
}

function isSegment(value: unknown): value is Segment {
  return (
    isRecord(value) &&
    hasNumbers(value, "startMs", "endMs") &&
    hasTexts(value, "text") &&
    isScore(value["confidence"]) &&
    typeof value["estimated"] === "boolean" &&
    (value["words"] === undefined || isList(value["words"], isWord))
  );
}

function isWord(value: unknown): value is SegmentWord {
  return (
    isRecord(value) &&
    hasNumbers(value, "startMs", "endMs") &&
    hasTexts(value, "text") &&
    typeof value["spaced"] === "boolean"
  );
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isScore(value: unknown): value is number | null {
  return value === null || typeof value === "number";
}

function hasNumbers(fields: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === "number");
}

function hasTexts(fields: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === "string");
}
