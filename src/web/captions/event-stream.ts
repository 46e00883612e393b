import { formatDuration } from "../../explanations/duration.ts";
import type { CaptionFeed, FeedEvent, FeedLine } from "../../transcription/caption-feed.ts";

export interface EventStreamOptions {
  readonly feed: CaptionFeed;
  /** The last line the page has. */
  readonly after: number;
  /** Whether the link is still good: asked now and then. */
  readonly isGood: () => Promise<boolean>;
  readonly limits: EventStreamLimits;
  readonly onEnd: () => void;
}

export interface EventStreamLimits {
  /** Between two signs of life, which keep what lies between from closing the connection. */
  readonly heartbeatMs: number;
  readonly checkMs: number;
  /** Messages that may wait for a slow reader; with more the stream ends, and the page comes back for the rest. */
  readonly mostWaiting: number;
}

export const eventStreamLimits: EventStreamLimits = {
  heartbeatMs: 15_000,
  checkMs: 60_000,
  mostWaiting: 1000,
};

/** Where a page should try again after a lost connection. */
const retryMs = 1500;

/** Lines as server-sent events: first those the page has not got, then each as it comes (HTML standard, 9.2). */
export function eventStream({
  feed,
  after,
  isGood,
  limits,
  onEnd,
}: EventStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const stopping = new AbortController();
  stopping.signal.addEventListener("abort", onEnd, { once: true });

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (): void => {
          if (stopping.signal.aborted) return;
          stopping.abort();
          controller.close();
        };
        const send = (text: string): void => {
          if (stopping.signal.aborted) return;
          if ((controller.desiredSize ?? 0) <= 0) end();
          else controller.enqueue(encoder.encode(text));
        };
        const missed = feed.lines.filter(({ id }) => id > after);
        send(
          [
            `retry: ${retryMs}\n\n`,
            ...feed.gone.map((speaker) => messageOf({ type: "gone", speaker })),
            ...missed.map((line) => messageOf({ type: "line", line })),
            messageOf({ type: "state", state: feed.state }),
          ].join(""),
        );
        if (feed.state === "ended") return end();
        const unfollow = feed.follow((event) => {
          send(messageOf(event));
          if (event.type === "state" && event.state === "ended") end();
        });
        const heartbeat = setInterval(() => send(":\n\n"), limits.heartbeatMs);
        const checking = setInterval(() => {
          isGood().then((good) => (good ? undefined : end()), end);
        }, limits.checkMs);
        stopping.signal.addEventListener("abort", () => {
          unfollow();
          clearInterval(heartbeat);
          clearInterval(checking);
        });
      },
      cancel: () => stopping.abort(),
    },
    { highWaterMark: limits.mostWaiting },
  );
}

function messageOf(event: FeedEvent): string {
  if (event.type === "line")
    return `id: ${event.line.id}\nevent: line\ndata: ${JSON.stringify(shown(event.line))}\n\n`;
  const { type, ...data } = event;
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function shown({ id, speaker, name, text, startMs }: FeedLine): object {
  return { id, speaker, name, text, time: formatDuration(startMs) };
}
