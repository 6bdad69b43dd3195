import { createHash } from 'node:crypto';
import type { Sessions } from '../../control/faults-api.js';
import { SeededRandom } from '../../wire/seeded-random.js';

/**
 * How long a node is up, down, up and so on. Milliseconds.
 *
 * The same seed and name give the same times, whatever other nodes there are.
 */
export function* sessionTimes(
  { distribution, upSeconds, downSeconds, seed }: Sessions,
  node: string,
): Generator<number, never> {
  const hash = createHash('sha256').update(`${seed} ${node}`).digest();
  const random = new SeededRandom(hash.readInt32LE());
  const draw = draws[distribution];
  // Else all would go at the same time.
  if (distribution === 'fixed') {
    yield upSeconds * 1000 * random.float();
    yield downSeconds * 1000;
  }
  for (;;) {
    yield upSeconds * 1000 * draw(random.float());
    yield downSeconds * 1000 * draw(random.float());
  }
}

/** Times of mean 1 from numbers in [0, 1), by the inverse of their distribution. */
const draws: Record<Sessions['distribution'], (number: number) => number> = {
  exponential: (number) => -Math.log(1 - number),
  // Alpha 2, whose smallest time is half of the mean.
  pareto: (number) => 0.5 / Math.sqrt(1 - number),
  fixed: () => 1,
};
