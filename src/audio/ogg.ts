import { oggCrc } from "./ogg-crc.ts";

/** One page of an Ogg file (RFC 3533 §6) whose checksum was right. */
export interface OggPage {
  readonly serial: number;
  readonly sequence: number;
  /** The page's first packet began on the page before. */
  readonly continued: boolean;
  /** First page of its logical stream. */
  readonly first: boolean;
  /** Last page of its logical stream. */
  readonly last: boolean;
  /** Where the last packet that ends on this page ends, in the codec's samples; undefined where none ends here. */
  readonly granulePosition: number | undefined;
  /** Segment lengths: a packet goes on while they are 255. */
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
}

/** Turns bytes into pages without any input or output of its own; holds at most one page and what was pushed last. */
export interface OggPageReader {
  /** The pages completed by these bytes. They are views into it: the bytes must not be changed afterwards. */
  push(bytes: Uint8Array): Iterable<OggPage>;
  /** The pages found by giving up on one that never got complete. */
  end(): Iterable<OggPage>;
  /** After end(): whether the file ended inside a page. */
  readonly cutShort: boolean;
}

const headerBytes = 27;
/** How often, on average, a byte may be looked at again after a wrong checksum: bounds the work on a hostile file. */
const rereads = 4;

type Found =
  | { readonly kind: "page"; readonly page: OggPage; readonly bytes: number }
  | { readonly kind: "incomplete" }
  | { readonly kind: "wrong"; readonly bytes: number };

/**
 * Reads pages wherever they are: bytes between pages, before the first (ID3 tags) and after the last are skipped, and so
 * is a page with a wrong checksum, after which the search goes on behind its capture pattern (RFC 3533 §3).
 */
export function createOggPageReader(): OggPageReader {
  let unread: Uint8Array = new Uint8Array(0);
  let credit = 65_536;
  let cutShort = false;

  function* pages(ended: boolean): Generator<OggPage> {
    let at = 0;
    for (;;) {
      at = findCapture(unread, at);
      const found = at < unread.length ? pageAt(unread, at) : ({ kind: "incomplete" } as const);
      if (found.kind === "page") {
        at += found.bytes;
        cutShort = false;
        yield found.page;
      } else if (found.kind === "wrong") {
        credit -= found.bytes;
        at += credit > 0 ? 4 : found.bytes;
      } else if (ended && at < unread.length) {
        cutShort = true;
        at += 4;
      } else {
        break;
      }
    }
    unread = unread.subarray(Math.min(at, unread.length));
  }

  return {
    *push(bytes) {
      credit += bytes.length * rereads;
      unread =
        unread.length === 0
          ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
          : join(unread, bytes);
      yield* pages(false);
    },
    *end() {
      yield* pages(true);
    },
    get cutShort() {
      return cutShort;
    },
  };
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

/** Where the next "OggS" begins, or may begin, at or after `from`. */
function findCapture(bytes: Uint8Array, from: number): number {
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("OggS", from, "latin1");
  if (found >= 0) return found;
  for (let kept = Math.min(3, bytes.length - from); kept > 0; kept--) {
    const at = bytes.length - kept;
    if ("OggS".startsWith(String.fromCharCode(...bytes.subarray(at)))) return at;
  }
  return bytes.length;
}

function pageAt(bytes: Uint8Array, at: number): Found {
  if (at + headerBytes > bytes.length) return { kind: "incomplete" };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const flags = view.getUint8(5);
  // Version 0 and three flags are all there is (RFC 3533 §6): anything else is no page, and cheap to tell.
  if (view.getUint8(4) !== 0 || flags > 7) return { kind: "wrong", bytes: 4 };
  const segments = view.getUint8(26);
  if (headerBytes + segments > view.byteLength) return { kind: "incomplete" };
  const lacing = bytes.subarray(at + headerBytes, at + headerBytes + segments);
  let length = headerBytes + segments;
  for (const segment of lacing) length += segment;
  if (length > view.byteLength) return { kind: "incomplete" };
  const page = bytes.subarray(at, at + length);
  if (checksum(page) !== view.getUint32(22, true)) return { kind: "wrong", bytes: length };
  return {
    kind: "page",
    bytes: length,
    page: {
      serial: view.getUint32(14, true),
      sequence: view.getUint32(18, true),
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      granulePosition: granulePositionOf(view),
      lacing,
      body: page.subarray(headerBytes + segments),
    },
  };
}

/** The checksum is taken with its own field as zeros. */
function checksum(page: Uint8Array): number {
  const beforeField = oggCrc(page.subarray(0, 22));
  return oggCrc(page.subarray(26), oggCrc(new Uint8Array(4), beforeField));
}

/** −1 says that no packet ends on the page (RFC 3533 §6); other negative positions do not exist either. */
function granulePositionOf(view: DataView): number | undefined {
  const high = view.getInt32(10, true);
  return high < 0 ? undefined : high * 2 ** 32 + view.getUint32(6, true);
}
