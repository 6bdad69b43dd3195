import { createHash } from 'node:crypto';

/**
 * Things with names, in an order that the seed decides.
 *
 * Each one's place comes from its own name: one more or less leaves the others as they are.
 */
export function shuffled<T extends { name: string }>(things: readonly T[], seed: number): T[] {
  const placed = things.map((thing) => {
    const place = createHash('sha1').update(`${seed} ${thing.name}`).digest('hex');
    return { thing, place };
  });
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ thing }) => thing);
}
