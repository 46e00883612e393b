import type { Caption } from "./caption.ts";

/** Lets captions out in the order in which they were spoken, and waits for those still under way, but not for ever. */
export interface CaptionOrder {
  add(caption: Caption, nowMs: number): void;
  /** What may go now: `pendingMs` is when the earliest speech began of which the words are still missing. */
  release(pendingMs: number, nowMs: number): readonly Caption[];
  forget(speakerId: string): void;
  readonly size: number;
}

/** `maxHoldMs`: a caption that is ready waits no longer for one that is not. */
export function createCaptionOrder({ maxHoldMs }: { readonly maxHoldMs: number }): CaptionOrder {
  let ready: { readonly caption: Caption; readonly sinceMs: number }[] = [];
  return {
    get size() {
      return ready.length;
    },
    add(caption, nowMs) {
      const at = ready.findIndex((one) => one.caption.startMs > caption.startMs);
      ready.splice(at < 0 ? ready.length : at, 0, { caption, sinceMs: nowMs });
    },
    release(pendingMs, nowMs) {
      // Whoever has waited for too long takes everybody before them along.
      const overdue = ready.findLastIndex(({ sinceMs }) => nowMs - sinceMs >= maxHoldMs);
      const due = ready.filter(({ caption }, index) => index <= overdue || caption.startMs <= pendingMs);
      ready = ready.slice(due.length);
      return due.map(({ caption }) => caption);
    },
    forget(speakerId) {
      ready = ready.filter(({ caption }) => caption.speakerId !== speakerId);
    },
  };
}
