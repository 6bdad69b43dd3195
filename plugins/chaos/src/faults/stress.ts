import { UsageError } from '@cqkd/harness';
import * as z from 'zod/mini';
import { selectHosts } from '../selection/select.js';
import {
  describeSelector,
  isEmpty,
  type Selector,
  selectorOf,
  selectorShape,
} from '../selection/selector.js';
import type { Fault } from './fault.js';
import type { Range } from './fault-plan.js';
import { namesOf, othersThan } from './names.js';

export interface StressParameters extends Selector {
  /** Share of its time that each host is kept busy. 0-0.95. */
  cpu: number;
  /** That each host holds besides. Bytes. */
  memoryBytes: number;
}

const mostCpu = 0.95;
const mostMemoryBytes = 8 * 2 ** 30;
/** Of what was asked for: hosts share processors. */
const leastShare = 0.1;

/** Hosts are kept busy, and hold memory: what their nodes have to do comes late. */
export const stress: Fault<StressParameters> = {
  kind: 'stress',
  parameters: z.object({
    ...selectorShape,
    cpu: z._default(z.number().check(z.gte(0), z.lte(mostCpu)), 0),
    memoryBytes: z._default(z.int().check(z.gte(0), z.lte(mostMemoryBytes)), 0),
  }) as z.ZodMiniType<StressParameters>,
  plan: (picture, { cpu, memoryBytes, ...given }, seed) => {
    if (cpu === 0 && memoryBytes === 0)
      throw new UsageError('stress takes cpu, memory, or both: say what the hosts shall be short of');
    const selector = isEmpty(given) ? ({ tier: 'worker' } as const) : selectorOf(given);
    const hosts = selectHosts(picture, selector, seed);
    const hit = hosts.flatMap(({ nodes }) => nodes);
    const others = othersThan(picture, hit);
    const held = hosts.length * memoryBytes;
    return {
      parameters: { ...describeSelector(selector), cpu, memoryBytes },
      victims: { hosts: hosts.map(({ name }) => name), nodes: namesOf(hit) },
      sides: [
        { name: 'under stress', nodes: namesOf(hit) },
        ...(others.length > 0 ? [{ name: 'others', nodes: namesOf(others) }] : []),
      ],
      deaf: [],
      actions: [
        {
          by: 'node',
          request: { groups: [namesOf(hit)], stress: [{ group: 0, load: { cpu, memoryBytes } }] },
        },
      ],
      proof: {
        by: 'effects',
        ranges: {
          ...(cpu > 0 && { burntShare: [cpu * leastShare, 1] as Range }),
          ...(held > 0 && { heldBytes: [held, held] as Range }),
        },
      },
    };
  },
};
