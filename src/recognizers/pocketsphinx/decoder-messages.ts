import type { HeardWord } from "./engine.ts";

/** What a decoder process is asked: the words of each span of 16 kHz mono samples. */
export interface DecodeRequest {
  readonly spans: readonly Int16Array[];
}

/** What a decoder process answers: the words of each span, or that library or model are not there. */
export type DecoderAnswer =
  | { readonly kind: "heard"; readonly words: readonly (readonly HeardWord[])[] }
  | { readonly kind: "missing" };

/** Tells whether a message is a request. */
export function isDecodeRequest(message: unknown): message is DecodeRequest {
  return hasField(message, "spans") && Array.isArray(message.spans);
}

/** Tells whether a message is an answer. */
export function isDecoderAnswer(message: unknown): message is DecoderAnswer {
  return hasField(message, "kind") && (message.kind === "heard" || message.kind === "missing");
}

function hasField<Name extends string>(message: unknown, name: Name): message is Record<Name, unknown> {
  return typeof message === "object" && message !== null && name in message;
}
