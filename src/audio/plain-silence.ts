/** Tells frames of plain silence, which no detector needs to hear. */
export interface SilenceGate {
  /** Whether a frame of this energy, in dBFS, is plain silence. To be asked for each frame in order. */
  isSilent(energyDb: number): boolean;
  /** What the detector said of a frame that was not. */
  heard(probability: number): void;
}

/** The floor is the quietest frame of so many: 3.2 s of frames of 32 ms. */
const floorFrames = 100;
/** So close to the floor there is nothing but the floor. */
const aboveFloorDb = 3;
/** A floor as loud as this may be anything. */
const loudestFloorDb = -40;
/** Five steps of a 16-bit sample: silence, whatever the floor. */
const alwaysSilentDb = -75;
/** The detector must have been calm for so many frames (256 ms): by then its state is that of silence, and may wait. */
const calmFrames = 8;
const calmProbability = 0.15;
/** At the start of a stream, where the detector knows nothing yet, it takes 2 s. */
const settlingFrames = 64;

/**
 * Follows the noise floor of one stream. After a while of calm, frames at the floor are silent; the first louder one is
 * heard again. bench/voice-activity.ts compares speech found with and without it.
 */
export function createSilenceGate(): SilenceGate {
  const recent = new Float64Array(floorFrames).fill(Infinity);
  let frames = 0;
  let calm = calmFrames - settlingFrames;
  return {
    isSilent(energyDb) {
      recent[frames % floorFrames] = energyDb;
      frames += 1;
      if (calm < calmFrames) return false;
      const floor = recent.reduce((quietest, one) => Math.min(quietest, one), Infinity);
      return energyDb <= Math.max(alwaysSilentDb, Math.min(floor + aboveFloorDb, loudestFloorDb));
    },
    heard(probability) {
      calm = probability < calmProbability ? calm + 1 : 0;
    },
  };
}
