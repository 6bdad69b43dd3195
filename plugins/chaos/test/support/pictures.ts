import { createHash } from 'node:crypto';
import type { Picture, Target } from '../../src/picture.js';

const regions = ['east', 'west', 'north'];
/** Workers that share a host. */
const perHost = 25;

/** A network of so many workers behind a tenth of super nodes, each of which has a host of its own. */
export function pictureOf(workers: number, k = 20): Picture {
  const supers = Array.from({ length: Math.max(3, Math.round(workers / 10)) }, (_, index) =>
    node(`super-${index}`, 'super', index, `host-super-${index}`),
  );
  const others = Array.from({ length: workers }, (_, index) =>
    node(
      `worker-${index}`,
      'worker',
      index,
      `host-${regions[index % regions.length]}-${Math.floor(index / (perHost * regions.length))}`,
    ),
  );
  return { nodes: [...supers, ...others], k, workers };
}

function node(name: string, tier: Target['tier'], index: number, host: string): Target {
  const id = createHash('sha1').update(name).digest('hex');
  return { name, id, tier, region: regions[index % regions.length] as string, host };
}
