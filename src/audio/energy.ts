import { giveBack } from "./give-back.ts";
import type { SampleRate } from "./pcm.ts";

const stepMs = 10;
const quietestDb = -100;
const blockSteps = 1000;

/** Root mean square of samples in dBFS, at least -100; that of no samples is -100. */
export function energyDb(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return toDb(sum, samples.length);
}

/** Collects the energy of a stream step by step. */
export interface EnergyMeter {
  push(samples: Int16Array): void;
  /** Of each 10 ms, the last of which may be shorter. Nothing is measured any more. */
  end(): Float32Array;
}

/** Measures a stream of samples in steps of 10 ms; 400 bytes for each second. */
export function createEnergyMeter(sampleRate: SampleRate): EnergyMeter {
  const stepSamples = (sampleRate * stepMs) / 1000;
  // Ten seconds each: one array that grows would be there twice whenever it does.
  const full: Float32Array[] = [];
  let steps = new Float32Array(blockSteps);
  let count = 0;
  let sum = 0;
  let inStep = 0;

  function add(db: number): void {
    if (count === steps.length) {
      full.push(steps);
      steps = new Float32Array(blockSteps);
      count = 0;
    }
    steps[count] = db;
    count += 1;
  }

  return {
    push(samples) {
      for (const sample of samples) {
        sum += sample * sample;
        inStep += 1;
        if (inStep < stepSamples) continue;
        add(toDb(sum, inStep));
        sum = 0;
        inStep = 0;
      }
    },
    end() {
      if (inStep > 0) add(toDb(sum, inStep));
      const measured = new Float32Array(full.length * blockSteps + count);
      for (const [index, block] of full.entries()) {
        measured.set(block, index * blockSteps);
        giveBack(block);
      }
      measured.set(steps.subarray(0, count), full.length * blockSteps);
      return measured;
    },
  };
}

function toDb(sumOfSquares: number, count: number): number {
  if (sumOfSquares === 0) return quietestDb;
  return Math.max(quietestDb, 10 * Math.log10(sumOfSquares / count / 2 ** 30));
}
