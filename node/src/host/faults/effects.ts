import type { FaultEffects } from '../../control/faults-api.js';
import { noDatagramEffects } from '../../wire/faults.js';

export function noEffects(): FaultEffects {
  return {
    ...noDatagramEffects(),
    crashes: 0,
    restarts: 0,
    down: 0,
    portsTaken: 0,
    burntSeconds: 0,
    heldBytes: 0,
  };
}

export function sumOfEffects(parts: Iterable<Partial<FaultEffects>>): FaultEffects {
  const sum = noEffects();
  const names = Object.keys(sum) as (keyof FaultEffects)[];
  for (const part of parts) for (const name of names) sum[name] += part[name] ?? 0;
  return sum;
}
