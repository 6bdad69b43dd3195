import type { Sessions } from '@cqkd/node/control';
import { sessionDistributions } from '@cqkd/node/control';
import * as z from 'zod/mini';
import { requireSomeLeft, selectNodes } from '../selection/select.js';
import {
  describeSelector,
  isEmpty,
  type Selector,
  selectorOf,
  selectorShape,
} from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan } from './names.js';

export interface ChurnParameters extends Selector {
  /** Mean time that a node stays, and stays away. Seconds. */
  upSeconds: number;
  downSeconds: number;
  distribution: Sessions['distribution'];
}

const seconds = z.number().check(z.gte(0.1), z.lte(3600));
/** Chance makes fewer or more of them; the first sessions have to end before there are any. */
const leastShare = 0.15;
const mostShare = 4;

/** Nodes come and go: hours of a real network in seconds. */
export const churn: Fault<ChurnParameters> = {
  kind: 'churn',
  parameters: z.object({
    ...selectorShape,
    upSeconds: z._default(seconds, 20),
    downSeconds: z._default(seconds, 5),
    distribution: z._default(z.enum(sessionDistributions), 'exponential'),
  }) as z.ZodMiniType<ChurnParameters>,
  plan: (picture, { upSeconds, downSeconds, distribution, ...given }, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'worker' } as const) : selectorOf(given);
    const hit = selectNodes(picture, selector, seed);
    requireSomeLeft(picture, hit, 'come and go');
    const sessions = { distribution, upSeconds, downSeconds, seed };
    const perSecond = hit.length / (upSeconds + downSeconds);
    return {
      parameters: { ...describeSelector(selector), upSeconds, downSeconds, distribution },
      victims: { hosts: [], nodes: namesOf(hit) },
      sides: [{ name: 'nodes that stay', nodes: namesOf(othersThan(picture, hit)) }],
      deaf: [],
      actions: [{ by: 'node', request: { groups: [namesOf(hit)], churn: [{ group: 0, sessions }] } }],
      proof: {
        by: 'effects',
        ranges: { crashesPerSecond: [perSecond * leastShare, perSecond * mostShare + 1] },
      },
    };
  },
};
