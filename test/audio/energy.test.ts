import { expect, test } from "vitest";

import { createEnergyMeter, energyDb } from "../../src/audio/energy.ts";
import { seeded } from "./samples.ts";

const sine = (amplitude: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, at) => Math.round(amplitude * Math.sin((2 * Math.PI * at) / 16)));

test("energy is the root mean square in dBFS", () => {
  expect(energyDb(sine(32_767, 1600))).toBeCloseTo(-3.01, 1);
  expect(energyDb(sine(3276.7, 1600))).toBeCloseTo(-23.01, 1);
});

test("silence, and nothing at all, is -100 dBFS", () => {
  expect(energyDb(new Int16Array(160))).toBe(-100);
  expect(energyDb(new Int16Array(0))).toBe(-100);
});

test.each([8000, 16_000] as const)(
  "a stream at %i Hz is measured every 10 ms, the rest at the end",
  (sampleRate) => {
    const meter = createEnergyMeter(sampleRate);
    const step = sampleRate / 100;
    meter.push(new Int16Array(step));
    meter.push(sine(32_767, step * 2));
    meter.push(sine(3276.7, step / 2));
    const measured = [...meter.end()];
    expect(measured.map((db) => Math.round(db))).toEqual([-100, -3, -3, -23]);
  },
);

test("how samples are cut into blocks makes no difference, also over thousands of steps", () => {
  const random = seeded(2);
  const samples = Int16Array.from({ length: 400_000 }, () => (random() - 0.5) * 65_535);
  const whole = createEnergyMeter(16_000);
  whole.push(samples);
  const pieces = createEnergyMeter(16_000);
  for (let at = 0; at < samples.length;) {
    const length = 1 + Math.floor(random() * 3000);
    pieces.push(samples.subarray(at, at + length));
    at += length;
  }
  const measured = whole.end();
  expect(measured).toHaveLength(2500);
  expect(pieces.end()).toEqual(measured);
});
