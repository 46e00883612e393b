import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LivePacket } from "../../src/audio/live-packets.ts";
import { createLiveTimeline, type LiveTimeline, type TimelineEvent } from "../../src/audio/live-timeline.ts";
import { numbered, numberOf, silenceFrame, stream } from "./live-stream.ts";

const sessionStartMs = 400;

function timeline(): LiveTimeline {
  return createLiveTimeline({ sessionStartMs });
}

/** What becomes of packets in the order of their arrival. */
function play(packets: readonly LivePacket[], line = timeline()): TimelineEvent[] {
  return [...packets.flatMap((packet) => line.push(packet)), ...line.end()];
}

const numbers = (events: readonly TimelineEvent[]): (number | undefined)[] =>
  events.filter(({ type }) => type === "packet").map(numberOf);

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** Events as "type start+length", times rounded to whole ms. */
const shape = (events: readonly TimelineEvent[]): string[] =>
  events.map(({ type, startMs, durationMs }) => `${type} ${Math.round(startMs)}+${Math.round(durationMs)}`);

/** Packet events joined: "packet 600+200" for ten in a row. */
function outline(events: readonly TimelineEvent[]): string[] {
  const joined: TimelineEvent[] = [];
  for (const event of events) {
    const before = joined.at(-1);
    if (before?.type === event.type) {
      joined[joined.length - 1] = { ...before, durationMs: before.durationMs + event.durationMs };
    } else joined.push(event);
  }
  return shape(joined);
}

/** When each mark begins, and how much is missing there. */
const unheard = (events: readonly TimelineEvent[]): number[][] =>
  events.flatMap((event) => (event.type === "unheard" ? [[event.sinceMs, event.lostMs]] : []));

describe("packets that come as they were sent", () => {
  test("lie on the session's clock one behind the other, across the wrap of both counters", () => {
    const line = timeline();
    const events = play(stream(100), line);
    expect(outline(events)).toEqual(["packet 600+2000"]);
    expect(numbers(events)).toEqual(range(0, 100));
    expect(line.stats).toEqual({ packets: 100, lost: 0, dropped: 0, jumps: 0 });
  });

  test("are handed on at once", () => {
    const line = timeline();
    expect(stream(5).map((packet) => line.push(packet).length)).toEqual([1, 1, 1, 1, 1]);
  });

  test("may be 60 ms long", () => {
    const packets = stream(3).map((packet, index) => ({
      ...packet,
      timestamp: (packet.timestamp + index * 1920) >>> 0,
      arrivedMs: 1000 + index * 60,
      payload: Uint8Array.of(0x18, 0, index), // SILK, 60 ms
    }));
    expect(outline(play(packets))).toEqual(["packet 600+180"]);
  });
});

describe("packets out of order", () => {
  test("are put in order", () => {
    const packets = stream(10);
    const [four, five] = [packets[4]!, packets[5]!];
    packets.splice(4, 2, five, { ...four, arrivedMs: five.arrivedMs + 5 });
    expect(numbers(play(packets))).toEqual(range(0, 10));
  });

  test("are waited for 200 ms and no longer", () => {
    const line = timeline();
    const [first, , third] = stream(3);
    line.push(first!);
    line.push(third!);
    expect(line.advance(third!.arrivedMs + 199)).toEqual([]);
    expect(outline(line.advance(third!.arrivedMs + 200))).toEqual(["lost 620+20", "packet 640+20"]);
  });

  test("are dropped where their place was given up", () => {
    const line = timeline();
    const [first, late, third] = stream(3);
    line.push(first!);
    line.push(third!);
    line.advance(third!.arrivedMs + 200);
    expect(line.push({ ...late!, arrivedMs: third!.arrivedMs + 210 })).toEqual([]);
    expect(line.stats).toMatchObject({ lost: 1, dropped: 1 });
  });

  test("are waited for longer once some were seen to come late, and no longer when none does any more", () => {
    const line = timeline();
    const waits = (from: number, startMs: number): number => {
      const [first, , third] = stream(3, { startMs, from, sequence: from, timestamp: startMs * 48 });
      for (const event of line.push(first!)) expect(event.type).not.toBe("lost");
      line.push(third!);
      return range(0, 100).findIndex((step) => line.advance(third!.arrivedMs + step * 10).length > 0) * 10;
    };
    expect(waits(0, 1000)).toBe(200);
    // It comes after all, 300 ms after the one behind it.
    line.push({ ...stream(1, { startMs: 1340, sequence: 1 })[0]!, timestamp: 0 });
    expect(waits(3, 2000)).toBe(420);
    line.push({ ...stream(1, { startMs: 2990, sequence: 4 })[0]!, timestamp: 0 });
    expect(waits(6, 4000)).toBe(600);
    expect(waits(9, 400_000)).toBe(200);
  });

  test("never fill the memory: the thirty-second behind a gap ends the wait", () => {
    const line = timeline();
    const packets = stream(40).map((packet) => ({ ...packet, arrivedMs: 1000 }));
    line.push(packets[0]!);
    const released = packets.slice(2, 35).map((packet) => line.push(packet).length);
    expect(released).toEqual([...range(0, 32).map(() => 0), 34]);
  });

  test("come out whole and in order whatever the network does within the wait", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ delayMs: fc.integer({ max: 190, min: 0 }), twice: fc.boolean() }), {
          minLength: 50,
          maxLength: 50,
        }),
        (fates) => {
          const sent = stream(50).flatMap((packet, index) => {
            const { delayMs, twice } = fates[index]!;
            const copy = { ...packet, arrivedMs: packet.arrivedMs + delayMs };
            return twice ? [copy, { ...packet, arrivedMs: packet.arrivedMs + 3 }] : [copy];
          });
          // The stream begins where its first packet to arrive begins.
          sent[0] = { ...sent[0]!, arrivedMs: 999 };
          sent.sort((one, other) => one.arrivedMs - other.arrivedMs);
          const events = play(sent);
          expect(numbers(events)).toEqual(range(0, 50));
          expect(outline(events)).toEqual(["packet 599+1000"]);
        },
      ),
      { seed: 4, numRuns: 100 },
    );
  });
});

describe("doubled packets", () => {
  test("count once", () => {
    const line = timeline();
    const events = play(
      stream(5).flatMap((packet) => [packet, packet]),
      line,
    );
    expect(numbers(events)).toEqual(range(0, 5));
    expect(line.stats.dropped).toBe(5);
  });

  test("count once while they wait behind a gap", () => {
    const [first, , third, fourth] = stream(4);
    expect(numbers(play([first!, third!, third!, fourth!, third!]))).toEqual([0, 2, 3]);
  });
});

describe("lost packets", () => {
  test("are to be concealed", () => {
    const line = timeline();
    const packets = stream(10).filter((_, index) => index !== 4 && index !== 5);
    expect(outline(play(packets, line))).toEqual(["packet 600+80", "lost 680+40", "packet 720+80"]);
    expect(line.stats.lost).toBe(2);
  });

  test("beyond 120 ms are silence", () => {
    const packets = stream(40).filter((_, index) => index < 5 || index >= 20);
    expect(outline(play(packets))).toEqual([
      "packet 600+100",
      "lost 700+120",
      "silence 820+180",
      "packet 1000+400",
    ]);
  });

  test("that came but cannot be read are concealed too, without any wait", () => {
    const line = timeline();
    const packets = stream(4).map((packet, index): LivePacket =>
      index === 1 ? { ...packet, payload: "unreadable" } : packet,
    );
    expect(packets.map((packet) => outline(line.push(packet)))).toEqual([
      ["packet 600+20"],
      [],
      ["lost 620+20", "packet 640+20"],
      ["packet 660+20"],
    ]);
  });

  test("at the end of what was said are concealed once time has passed", () => {
    const line = timeline();
    const [first, second] = stream(2);
    line.push(first!);
    line.push({ ...second!, payload: "unreadable" });
    expect(outline(line.advance(second!.arrivedMs + 700))).toEqual(["lost 620+20", "silence 640+80"]);
  });
});

describe("sound that is missing for long", () => {
  test("leaves a mark of its length as soon as something is heard again", () => {
    const packets = stream(40).filter((_, index) => index < 5 || index >= 25);
    expect(unheard(play(packets))).toEqual([[700, 400]]);
  });

  test("leaves none where it is less than 400 ms", () => {
    expect(unheard(play(stream(40).filter((_, index) => index < 5 || index >= 24)))).toEqual([]);
  });

  test("leaves none where it was padding that was lost, which takes no RTP time", () => {
    const after = stream(5, { startMs: 1140, sequence: 65_535, timestamp: 2 ** 32 - 5000 + 960 * 5 });
    const line = timeline();
    expect(unheard(play([...stream(5), ...after], line))).toEqual([]);
    expect(line.stats.lost).toBe(30);
  });

  test("leaves none where nothing was sent", () => {
    const after = stream(5, { startMs: 4137, sequence: 65_505, timestamp: 2 ** 32 - 5000 + 960 * 155 });
    expect(unheard(play([...stream(5), ...after]))).toEqual([]);
  });

  test("because it cannot be read leaves one too, also where nothing comes after it", () => {
    const line = timeline();
    const packets = stream(60).map((packet, index): LivePacket =>
      index < 10 ? packet : { ...packet, payload: "unreadable" },
    );
    const events = packets.flatMap((packet) => [...line.push(packet), ...line.advance(packet.arrivedMs)]);
    expect(unheard(events)).toEqual([]);
    expect(unheard(line.end())).toEqual([[800, 1000]]);
  });
});

describe("pauses", () => {
  test("in which nothing is sent are silence, as long as RTP time says", () => {
    const before = stream(5);
    const after = stream(5, {
      startMs: 4137,
      sequence: 65_505,
      timestamp: 2 ** 32 - 5000 + 960 * 155,
      from: 5,
    });
    const line = timeline();
    expect(outline(play([...before, ...after], line))).toEqual([
      "packet 600+100",
      "silence 700+3000",
      "packet 3700+100",
    ]);
    expect(line.stats.lost).toBe(0);
  });

  test("are as long as they were where the client's RTP time stands still meanwhile", () => {
    const before = [...stream(5), { ...stream(6)[5]!, payload: silenceFrame }];
    const after = stream(5, { startMs: 4000, sequence: 65_506, timestamp: 2 ** 32 - 5000 + 960 * 6 });
    expect(outline(play([...before, ...after]))).toEqual([
      "packet 600+120",
      "silence 720+2880",
      "packet 3600+100",
    ]);
  });

  test("filled with padding leave no loss and no wait behind", () => {
    const line = timeline();
    const padding = stream(60, { startMs: 1100, sequence: 65_505 }).map((packet): LivePacket => ({
      ...packet,
      arrivedMs: 1100,
      timestamp: 4840,
      payload: "padding",
    }));
    const after = stream(2, {
      startMs: 1300,
      sequence: (65_505 + 60) & 0xffff,
      timestamp: 2 ** 32 - 5000 + 960 * 15,
    });
    play([...stream(5), ...padding], line);
    expect(outline(play(after, line))).toEqual(["silence 700+200", "packet 900+40"]);
    expect(line.stats.lost).toBe(0);
  });

  test("grow by the wall clock while nothing comes", () => {
    const line = timeline();
    for (const packet of stream(5)) line.push(packet);
    line.push({ ...stream(6)[5]!, payload: silenceFrame });
    const grown = [1219, 1320, 1420, 2420].map((nowMs) => shape(line.advance(nowMs)));
    expect(grown).toEqual([[], [], ["silence 720+100"], ["silence 820+1000"]]);
  });

  test("in the middle of a word are the network's, and nothing is put into it for 0.6 s", () => {
    const line = timeline();
    const packets = stream(60);
    for (const packet of packets.slice(0, 10)) line.push(packet);
    expect([1300, 1500, 1700, 1779].flatMap((nowMs) => line.advance(nowMs))).toEqual([]);
    const burst = packets.slice(10, 50).map((packet) => ({ ...packet, arrivedMs: 1780 }));
    expect(outline(burst.flatMap((packet) => line.push(packet)))).toEqual(["packet 800+800"]);
  });

  test("that were declared too early push what was said in them back, and lose none of it", () => {
    const line = timeline();
    const packets = stream(60);
    for (const packet of packets.slice(0, 10)) line.push(packet);
    const stalled = [...line.advance(1900), ...line.advance(2000)];
    expect(outline(stalled)).toEqual(["silence 800+600"]);
    const burst = packets.slice(10, 50).map((packet) => ({ ...packet, arrivedMs: 2010 }));
    const events = burst.flatMap((packet) => line.push(packet));
    expect(numbers(events)).toEqual(range(10, 50));
    // The clock is right again after the next pause.
    const [later] = stream(1, {
      startMs: 5000,
      sequence: (65_500 + 50) & 0xffff,
      timestamp: (2 ** 32 - 5000 + 960 * 200) >>> 0,
    });
    expect(line.push(later!).at(-1)).toMatchObject({ type: "packet", startMs: 4600 });
  });
});

describe("clocks that cannot be believed", () => {
  test.each([
    ["far ahead", 2 ** 31 - 1],
    ["an hour ahead", 48_000 * 3600],
    ["far behind", -(2 ** 31)],
    ["ten seconds behind", -480_000],
  ])("jump %s: arrival says how long the pause was", (_, jump) => {
    const line = timeline();
    const after = stream(5, {
      startMs: 1100,
      sequence: 65_505,
      timestamp: (2 ** 32 - 5000 + 960 * 5 + jump) >>> 0,
    });
    const events = play([...stream(5), ...after], line);
    expect(outline(events)).toEqual(["packet 600+200"]);
  });

  test("drift away from ours by less than 150 ms over pauses, however long the talk", () => {
    const line = timeline();
    let worstMs = 0;
    for (let turn = 0; turn < 200; turn++) {
      // Ten seconds by the speaker's clock are 10.01 by ours.
      const startMs = 1000 + turn * 10_010;
      const packets = stream(5, {
        startMs,
        sequence: (turn * 5) & 0xffff,
        timestamp: (turn * 480_000) >>> 0,
      });
      const [first] = packets.flatMap((packet) => line.push(packet)).filter(({ type }) => type === "packet");
      worstMs = Math.max(worstMs, Math.abs(first!.startMs - (startMs - sessionStartMs)));
    }
    expect(worstMs).toBeLessThanOrEqual(150);
  });
});

describe("streams that begin anew", () => {
  test("under another ssrc go on where they arrive, and stragglers of the old one are dropped", () => {
    const line = timeline();
    const before = stream(6);
    const after = stream(5, { startMs: 1500, ssrc: 8, sequence: 12, timestamp: 99, from: 100 });
    const straggler = { ...before[5]!, arrivedMs: 1710 };
    const events = play([...before.slice(0, 5), ...after, straggler], line);
    expect(outline(events)).toEqual(["packet 600+100", "silence 700+400", "packet 1100+100"]);
    expect(numbers(events)).toEqual([...range(0, 5), ...range(100, 105)]);
    expect(line.stats).toMatchObject({ lost: 0, dropped: 1 });
  });

  test("under another ssrc wait for what is missing of the old one, and for what comes of it at its end", () => {
    const [first, late, third, last] = stream(4);
    const after = stream(3, { startMs: 1100, ssrc: 8, from: 100 });
    const line = timeline();
    const events = play(
      [
        first!,
        third!,
        after[0]!,
        { ...late!, arrivedMs: 1105 },
        { ...last!, arrivedMs: 1110 },
        ...after.slice(1),
      ],
      line,
    );
    expect(numbers(events)).toEqual([...range(0, 4), ...range(100, 103)]);
    expect(outline(events)).toEqual(["packet 600+80", "silence 680+20", "packet 700+60"]);
    expect(line.stats).toMatchObject({ lost: 0, dropped: 0 });
  });

  test("under another ssrc wait for no more than 200 ms, and nothing is put into the pause meanwhile", () => {
    const line = timeline();
    for (const packet of stream(2)) line.push(packet);
    const [next] = stream(1, { startMs: 2000, ssrc: 8, from: 100 });
    line.advance(1999);
    expect(line.push(next!)).toEqual([]);
    expect(line.waiting).toBe(true);
    expect(line.advance(2199)).toEqual([]);
    expect(numbers(line.advance(2200))).toEqual([100]);
    expect(line.waiting).toBe(false);
  });

  test("under a third ssrc end the wait for the first", () => {
    const [first] = stream(1);
    const second = stream(2, { startMs: 1100, ssrc: 8, from: 100 });
    const third = stream(2, { startMs: 1200, ssrc: 9, from: 200 });
    expect(numbers(play([first!, ...second, ...third]))).toEqual([0, 100, 101, 200, 201]);
  });

  test("under another ssrc never fill the memory: the sixty-fifth packet ends the wait", () => {
    const line = timeline();
    line.push(stream(1)[0]!);
    const next = stream(70, { ssrc: 8 }).map((packet) => ({ ...packet, arrivedMs: 1000 }));
    const released = next.map((packet) => line.push(packet).length);
    expect(released.findIndex((count) => count > 0)).toBe(65);
  });

  test("under another ssrc at last give up what was waited for", () => {
    const [first, , third] = stream(3);
    const after = stream(1, { startMs: 1045, ssrc: 8, from: 100 });
    expect(outline(play([first!, third!, ...after]))).toEqual([
      "packet 600+20",
      "lost 620+20",
      "packet 640+40",
    ]);
  });

  test("with other numbers are believed once a second packet confirms them", () => {
    const after = stream(5, { startMs: 1100, sequence: 30_000, timestamp: 77, from: 100 });
    const events = play([...stream(5), ...after]);
    expect(numbers(events)).toEqual([...range(0, 5), ...range(100, 105)]);
    expect(outline(events)).toEqual(["packet 600+200"]);
  });

  test("only for one packet are a stray that is dropped", () => {
    const packets = stream(10);
    const stray = { ...packets[5]!, sequence: 30_000, payload: numbered(999) };
    expect(numbers(play([...packets.slice(0, 5), stray, ...packets.slice(5)]))).toEqual(range(0, 10));
  });
});

test("whatever comes, events follow on without gap or overlap and stay bounded by the wall clock", () => {
  const packet = fc.record({
    sequence: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 65_535 })),
    timestamp: fc.oneof(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    ssrc: fc.integer({ min: 1, max: 2 }),
    elapsedMs: fc.oneof(fc.constant(20), fc.integer({ min: 0, max: 3000 })),
    payload: fc.oneof(
      fc.constant<"padding" | "unreadable">("padding"),
      fc.constant<"padding" | "unreadable">("unreadable"),
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
    ),
    advance: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 80 }), (packets) => {
      const line = timeline();
      const events: TimelineEvent[] = [];
      let nowMs = 1000;
      let saidMs = 0;
      for (const { elapsedMs, advance, ...fields } of packets) {
        nowMs += elapsedMs;
        if (advance) events.push(...line.advance(nowMs));
        events.push(...line.push({ ...fields, arrivedMs: nowMs }));
      }
      events.push(...line.end());
      events.forEach((event, index) => {
        const before = events[index - 1];
        if (before) expect(event.startMs).toBe(before.startMs + before.durationMs);
        if (event.type === "unheard") expect(event.durationMs).toBe(0);
        else expect(event.durationMs).toBeGreaterThan(0);
        if (event.type === "lost") expect(event.durationMs).toBeLessThanOrEqual(120);
        if (event.type === "packet") saidMs += event.durationMs;
      });
      const last = events.at(-1);
      // Never further ahead than what was said in bursts, one pause that RTP time may be ahead, and losses.
      if (last) expect(last.startMs + last.durationMs).toBeLessThanOrEqual(nowMs + saidMs + 1000);
    }),
    { seed: 11, numRuns: 300 },
  );
});
