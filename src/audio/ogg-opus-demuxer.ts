import { createOggPacketReader, type OggPacketReader } from "./ogg-packets.ts";
import { createOggPageReader, type OggPage } from "./ogg.ts";
import { type OpusHead, parseOpusHead, startsWith } from "./opus-head.ts";
import { maxPacketBytes, opusClock, packetSamples } from "./opus-packet.ts";

/** A packet and its length in samples at 48 kHz, as its TOC byte tells it. */
export interface TimedPacket {
  readonly bytes: Uint8Array;
  readonly samples: number;
}

/** What is to be played next. All lengths are in samples at 48 kHz. */
export type OpusStep =
  /** A logical stream begins: a fresh decoder, then its pre-skip is dropped. */
  | { readonly kind: "stream"; readonly head: OpusHead }
  /** First what was lost, then the packets, of which the last `trimmed` samples are not to be heard. */
  | {
      readonly kind: "audio";
      readonly lost: number;
      readonly packets: readonly TimedPacket[];
      readonly trimmed: number;
    };

type AudioStep = Extract<OpusStep, { kind: "audio" }>;

/** Turns the bytes of an Ogg Opus file into steps, without any input or output of its own, in bounded memory. */
export interface OggOpusDemuxer {
  push(bytes: Uint8Array): Iterable<OpusStep>;
  end(): Iterable<OpusStep>;
  /** After end(): whether the file ended inside a page or a packet. */
  readonly cutShort: boolean;
}

interface Stream {
  readonly serial: number;
  readonly packets: OggPacketReader;
  lastSequence: number;
  /** The comment header may still come. */
  awaitsTags: boolean;
  /** Pages or packets were lost before any position was told, so that a late start is a gap. */
  lostStart: boolean;
  /** Granule position behind the last packet, or undefined before any page told one. */
  position: number | undefined;
  /** Samples of packets on pages without a granule position before the first with one. */
  unplaced: number;
}

/** More logical streams side by side than any real file has. */
const maxCandidates = 16;
/** A start that is later by more is a live stream that was joined, not a loss; in samples at 48 kHz. */
const maxLostStart = 60 * opusClock;

/**
 * Follows the first Opus stream of each link of a chained file (RFC 7845 §3), and its clock: granule positions tell what
 * was lost, and where the last page ends (§4). Streams multiplexed beside it are skipped.
 */
export function createOggOpusDemuxer(): OggOpusDemuxer {
  const pages = createOggPageReader();
  /** Opus streams that have begun in this link; the first that goes on is the one to hear. */
  let candidates = new Map<number, { readonly head: OpusHead; readonly sequence: number }>();
  let stream: Stream | undefined;
  /** The step before, kept back because an empty last page may still trim it. */
  let held: AudioStep | undefined;
  let unfinished = false;

  function* release(): Generator<OpusStep> {
    if (held) yield held;
    held = undefined;
  }

  function begin(page: OggPage): void {
    if (stream) {
      stream = undefined;
      candidates = new Map();
    }
    const head = parseOpusHead(page.body);
    if (head && candidates.size < maxCandidates)
      candidates.set(page.serial, { head, sequence: page.sequence });
  }

  function* follow(page: OggPage): Generator<OpusStep> {
    if (!stream) {
      const candidate = candidates.get(page.serial);
      if (!candidate) return;
      yield* release();
      yield { kind: "stream", head: candidate.head };
      stream = openStream(page.serial, candidate.sequence);
    }
    if (page.serial !== stream.serial) return;
    const step = audioStep(stream, page);
    unfinished = stream.packets.unfinished;
    if (!step) return;
    if (step.packets.length === 0 && step.lost === 0 && held) {
      held = trim(held, step.trimmed);
      return;
    }
    yield* release();
    held = trim({ ...step, trimmed: 0 }, step.trimmed);
  }

  function* take(found: Iterable<OggPage>): Generator<OpusStep> {
    for (const page of found) {
      if (page.first && (stream?.serial !== page.serial || startsWith(page.body, "OpusHead"))) begin(page);
      else yield* follow(page);
    }
  }

  return {
    *push(bytes) {
      yield* take(pages.push(bytes));
    },
    *end() {
      yield* take(pages.end());
      yield* release();
    },
    get cutShort() {
      return pages.cutShort || unfinished;
    },
  };
}

function openStream(serial: number, headSequence: number): Stream {
  return {
    serial,
    packets: createOggPacketReader(maxPacketBytes),
    lastSequence: headSequence,
    awaitsTags: true,
    lostStart: false,
    position: undefined,
    unplaced: 0,
  };
}

/** Trimming more than the step has is nonsense: such a granule position is not believed (RFC 7845 §4.4). */
function trim(step: AudioStep, trimmed: number): AudioStep {
  const samples = step.packets.reduce((sum, packet) => sum + packet.samples, 0);
  return trimmed > 0 && trimmed <= samples ? { ...step, trimmed } : step;
}

function audioStep(stream: Stream, page: OggPage): AudioStep | undefined {
  const packets: TimedPacket[] = [];
  if (page.sequence !== (stream.lastSequence + 1) >>> 0 && stream.position === undefined)
    stream.lostStart = true;
  stream.lastSequence = page.sequence;
  for (const packet of stream.packets.push(page)) {
    if (stream.awaitsTags) {
      stream.awaitsTags = false;
      if (startsWith(packet.bytes, "OpusTags")) continue;
    }
    // What cannot be a packet has no length; the clock of the next page shows it as lost.
    const samples = packet.oversized ? undefined : packetSamples(packet.bytes);
    if (samples !== undefined) packets.push({ bytes: packet.bytes, samples });
    else if (packet.bytes.length > 0 && stream.position === undefined) stream.lostStart = true;
  }
  const samples = packets.reduce((sum, packet) => sum + packet.samples, 0);
  if (packets.length === 0 && !page.last) return undefined;
  if (page.granulePosition === undefined) {
    if (stream.position === undefined) stream.unplaced += samples;
    else stream.position += samples;
    return { kind: "audio", lost: 0, packets, trimmed: 0 };
  }
  const ahead = page.granulePosition - expectedPosition(stream, samples, page);
  stream.position = page.granulePosition;
  // A clock that goes back in the middle only starts anew: nothing that was decoded is taken away.
  return { kind: "audio", lost: Math.max(0, ahead), packets, trimmed: page.last ? Math.max(0, -ahead) : 0 };
}

/**
 * Where this page should end by its packets. A stream may begin anywhere on the clock (RFC 7845 §4.5), so the first page
 * with a position sets it, except where pages before it were lost or it is also the last and trimmed.
 */
function expectedPosition(stream: Stream, samples: number, page: OggPage): number {
  if (stream.position !== undefined) return stream.position + samples;
  const fromZero = stream.unplaced + samples;
  const position = page.granulePosition ?? 0;
  const lost = stream.lostStart && position - fromZero <= maxLostStart;
  return lost || (page.last && position < fromZero) ? fromZero : position;
}
