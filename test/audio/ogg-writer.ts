/** Writes Ogg pages (RFC 3533 §6) and Ogg Opus headers (RFC 7845 §5), well formed or broken on purpose. */

export interface PageOptions {
  readonly serial?: number;
  readonly sequence: number;
  readonly granule: bigint;
  readonly continued?: boolean;
  readonly first?: boolean;
  readonly last?: boolean;
  readonly lacing: readonly number[];
  readonly body: Uint8Array;
}

/** Bit by bit, so that it shares nothing with the reader's tables. */
function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return value >>> 0;
}

export function page(options: PageOptions): Buffer {
  const { serial = 1, sequence, granule, lacing, body } = options;
  const header = Buffer.alloc(27);
  header.write("OggS", "latin1");
  header[5] = (options.continued ? 1 : 0) | (options.first ? 2 : 0) | (options.last ? 4 : 0);
  header.writeBigInt64LE(granule, 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = lacing.length;
  const whole = Buffer.concat([header, Uint8Array.from(lacing), body]);
  whole.writeUInt32LE(crc(whole), 22);
  return whole;
}

/** Makes the checksum of the page at the start of `bytes` right again after a change. */
export function repairCrc(bytes: Buffer): void {
  bytes.writeUInt32LE(0, 22);
  bytes.writeUInt32LE(crc(bytes), 22);
}

export function opusHead(options: {
  channels?: number;
  preSkip?: number;
  gain?: number;
  family?: number;
  version?: number;
  table?: readonly number[];
}): Buffer {
  const { channels = 1, preSkip = 0, gain = 0, family = 0, version = 1, table = [] } = options;
  const head = Buffer.alloc(19);
  head.write("OpusHead", "latin1");
  head[8] = version;
  head[9] = channels;
  head.writeUInt16LE(preSkip, 10);
  head.writeUInt32LE(48_000, 12);
  head.writeInt16LE(gain, 16);
  head[18] = family;
  return Buffer.concat([head, Uint8Array.from(table)]);
}

export function opusTags(coverBytes = 0): Buffer {
  const tags = Buffer.alloc(16 + coverBytes, "x");
  tags.write("OpusTags", "latin1");
  tags.writeUInt32LE(0, 8);
  tags.writeUInt32LE(0, 12);
  return tags;
}

/** Segment lengths of a packet: 255 as long as it goes on, then the rest. */
export function lacingOf(packet: Uint8Array): number[] {
  return [...Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
}

/** A packet and where it ends on the clock. */
export interface PlacedPacket {
  readonly bytes: Uint8Array;
  readonly granule: bigint;
}

/** Lays packets out in pages of at most `segmentsPerPage` segments; a long packet runs on over pages. */
export function pagesOf(
  packets: readonly PlacedPacket[],
  options: {
    serial?: number;
    sequence?: number;
    packetsPerPage?: number;
    segmentsPerPage?: number;
    last?: boolean;
  },
): Buffer[] {
  const { serial = 1, packetsPerPage = 50, segmentsPerPage = 255, last = true } = options;
  let sequence = options.sequence ?? 0;
  const pages: Buffer[] = [];
  let lacing: number[] = [];
  let body: Uint8Array[] = [];
  let granule = -1n;
  let ended = 0;
  let continued = false;
  const flush = (goesOn: boolean, final: boolean): void => {
    pages.push(
      page({ serial, sequence, granule, continued, last: final, lacing, body: Buffer.concat(body) }),
    );
    sequence += 1;
    lacing = [];
    body = [];
    granule = -1n;
    ended = 0;
    continued = goesOn;
  };
  packets.forEach((packet, index) => {
    const segments = lacingOf(packet.bytes);
    let at = 0;
    segments.forEach((segment, which) => {
      if (lacing.length === segmentsPerPage) flush(which > 0, false);
      lacing.push(segment);
      body.push(packet.bytes.subarray(at, at + segment));
      at += segment;
    });
    granule = packet.granule;
    ended += 1;
    if (ended === packetsPerPage && index < packets.length - 1) flush(false, false);
  });
  flush(false, last);
  return pages;
}

/** Pages of a whole Ogg Opus stream: head, tags, audio. */
export function opusPages(
  packets: readonly PlacedPacket[],
  options: {
    serial?: number;
    head?: Uint8Array;
    tags?: Uint8Array;
    packetsPerPage?: number;
    segmentsPerPage?: number;
    last?: boolean;
  } = {},
): Buffer[] {
  const { serial = 1, head = opusHead({}), tags = opusTags() } = options;
  const headPage = page({
    serial,
    sequence: 0,
    granule: 0n,
    first: true,
    lacing: lacingOf(head),
    body: head,
  });
  const tagPages = pagesOf([{ bytes: tags, granule: 0n }], { serial, sequence: 1, last: false });
  return [headPage, ...tagPages, ...pagesOf(packets, { ...options, serial, sequence: 1 + tagPages.length })];
}
