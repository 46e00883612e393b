import { type Cut, type KeptAudio, lastStartingAtOrBefore } from "./clip-cuts.ts";
import type { Span } from "./pcm.ts";

/** What a way through the cuts has to keep to. Lengths in ms. */
export interface PathLimits {
  readonly kept: KeptAudio;
  readonly speech: readonly Span[];
  readonly maxClipMs: number;
  readonly overlapMs: number;
}

/** A cut with the best way to it from the start. */
interface Node {
  readonly cut: Cut;
  /** Kept audio before the end of the clip that ends here, and before the start of the one that begins here, in ms. */
  readonly keptEndMs: number;
  readonly keptStartMs: number;
  readonly clips: number;
  readonly cost: number;
  readonly from: Node | undefined;
}

/** What an overlap is worth as a cut, in ms of rest: less than any dip. */
const overlapRestMs = 10;

/**
 * The cuts of the best plan, edges included: fewest clips first, then the least sum of 1 / rest. Where two neighbouring
 * cuts are further apart than a clip, overlaps are put between them.
 */
export function bestPath(cuts: readonly Cut[], limits: PathLimits): Cut[] {
  const { kept, maxClipMs } = limits;
  const nodes: Node[] = [];
  let windowStart = 0;
  let previous: Node | undefined;
  for (const cut of cuts) {
    const keptEndMs = kept.before(cut.endMs);
    if (previous !== undefined && keptEndMs - previous.keptStartMs > maxClipMs)
      nodes.push(...overlapsBetween(nodes.slice(windowStart), { from: previous.cut, to: cut }, limits));
    while (keptEndMs - (nodes[windowStart]?.keptStartMs ?? Infinity) > maxClipMs) windowStart += 1;
    let best: Node | undefined;
    for (let index = windowStart; index < nodes.length; index += 1) {
      const node = nodes[index];
      if (node !== undefined && (best === undefined || isBetter(node, best))) best = node;
    }
    previous = nodeAfter(best, cut, kept);
    nodes.push(previous);
  }
  const path: Cut[] = [];
  for (let node = previous; node !== undefined; node = node.from) path.push(node.cut);
  return path.reverse();
}

function nodeAfter(from: Node | undefined, cut: Cut, kept: KeptAudio): Node {
  return {
    cut,
    keptEndMs: kept.before(cut.endMs),
    keptStartMs: kept.before(cut.startMs),
    clips: from === undefined ? 0 : from.clips + 1,
    cost: (from?.cost ?? 0) + 1000 / cut.restMs,
    from,
  };
}

function isBetter(one: Node, other: Node): boolean {
  return one.clips < other.clips || (one.clips === other.clips && one.cost < other.cost);
}

/**
 * Overlaps inside speech without a weak place. From every cut a clip can come from, the clips are filled to the brim: a
 * later overlap leaves less to send and is never worse. Of two ways to begin, the one that reaches less at no better price
 * is dropped.
 */
function overlapsBetween(
  before: readonly Node[],
  gap: { readonly from: Cut; readonly to: Cut },
  { kept, speech, maxClipMs, overlapMs }: PathLimits,
): Node[] {
  const first = kept.before(gap.from.startMs);
  const lastSpan = speech[lastStartingAtOrBefore(speech, gap.to.endMs - 1)];
  const lastMs = Math.min(gap.to.endMs, lastSpan?.endMs ?? Infinity) - 1;
  const endMs = kept.before(gap.to.endMs);
  const overlapAt = (timeMs: number): Cut => ({
    kind: "overlap",
    endMs: timeMs,
    startMs: timeMs - overlapMs,
    restMs: overlapRestMs,
  });

  const found: Node[] = [];
  let cheapest: Node | undefined;
  for (const node of before.toReversed()) {
    if (cheapest !== undefined && !isBetter(node, cheapest)) continue;
    cheapest = node;
    let from = node;
    while (endMs - from.keptStartMs > maxClipMs) {
      const fullMs = from.keptStartMs + maxClipMs;
      if (fullMs - overlapMs < first) break;
      from = nodeAfter(from, overlapAt(Math.min(gap.from.startMs + fullMs - first, lastMs)), kept);
      found.push(from);
    }
  }
  return found.sort((one, other) => one.keptEndMs - other.keptEndMs);
}
