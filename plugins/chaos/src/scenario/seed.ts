import { createHash } from 'node:crypto';

/** Seed of a step: its own, and the same for the same scenario. @param step its number */
export function stepSeed(seed: number, step: number): number {
  return createHash('sha1').update(`${seed} ${step}`).digest().readUInt32BE();
}
