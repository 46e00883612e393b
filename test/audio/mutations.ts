import { repairCrc } from "./ogg-writer.ts";

/** A random number from 0 to 1, the same in every run. */
type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const bytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random() * 256));

/** Each gives a changed copy; `at` lies inside the file. */
const mutations: readonly ((file: Buffer, at: number, random: Random) => Buffer)[] = [
  function flipBit(file, at, random) {
    file[at]! ^= 1 << below(random, 8);
    return file;
  },
  function setByte(file, at, random) {
    file[at] = [0, 1, 127, 128, 254, 255][below(random, 6)]!;
    return file;
  },
  function scramble(file, at, random) {
    bytes(random, 1 + below(random, 200)).copy(file, at);
    return file;
  },
  function zero(file, at, random) {
    return file.fill(0, at, Math.min(file.length, at + below(random, 500)));
  },
  function cut(file, at) {
    return file.subarray(0, at);
  },
  function remove(file, at, random) {
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + below(random, 2000))]);
  },
  function insert(file, at, random) {
    return Buffer.concat([file.subarray(0, at), bytes(random, 1 + below(random, 300)), file.subarray(at)]);
  },
  function repeat(file, at, random) {
    const end = Math.min(file.length, at + 1 + below(random, 3000));
    return Buffer.concat([file.subarray(0, end), file.subarray(at)]);
  },
  function swapHalves(file, at) {
    return Buffer.concat([file.subarray(at), file.subarray(0, at)]);
  },
  function header(file, _, random) {
    const start = file.indexOf("OpusHead", below(random, 2) * 1000, "latin1");
    if (start >= 0) file[Math.min(file.length - 1, start + 8 + below(random, 11))] = random() * 256;
    return file;
  },
  function pageField(file, at, random) {
    const start = file.indexOf("OggS", at, "latin1");
    if (start >= 0) file[Math.min(file.length - 1, start + 4 + below(random, 24))] = random() * 256;
    return file;
  },
];

/** A copy of `file` with one to four changes. */
export function mutate(file: Buffer, random: Random): Buffer {
  let mutated = Buffer.from(file);
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const mutation = mutations[below(random, mutations.length)]!;
    mutated = Buffer.from(mutation(mutated, below(random, Math.max(1, mutated.length)), random));
  }
  return mutated;
}

/** Makes checksums right again wherever there still is a whole page, so that changes get past them. */
export function repairPages(file: Buffer): Buffer {
  for (let at = file.indexOf("OggS"); at >= 0 && at + 27 <= file.length; at = file.indexOf("OggS", at + 4)) {
    const segments = file[at + 26]!;
    const lacing = file.subarray(at + 27, at + 27 + segments);
    const length = 27 + segments + lacing.reduce((sum, segment) => sum + segment, 0);
    if (at + length <= file.length) repairCrc(file.subarray(at, at + length));
  }
  return file;
}
