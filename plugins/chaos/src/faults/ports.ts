import * as z from 'zod/mini';
import { selectNodes } from '../selection/select.js';
import {
  describeSelector,
  isEmpty,
  type Selector,
  selectorOf,
  selectorShape,
} from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf } from './names.js';

export interface PortsParameters extends Selector {
  /** Share of the free ports of the workers' range that are taken. 0-1. */
  taken: number;
}

/** So many nodes die before the ports are taken, and come up when they are: they have to find others. */
const mostDisplaced = 5;

/** Ports of the workers' range are taken by somebody else, on the addresses of the hosts that are hit. */
export const ports: Fault<PortsParameters> = {
  kind: 'ports',
  parameters: z.object({
    ...selectorShape,
    taken: z._default(z.number().check(z.gt(0), z.lte(1)), 1),
  }) as z.ZodMiniType<PortsParameters>,
  plan: (picture, { taken, ...given }, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'worker' } as const) : selectorOf(given);
    const hit = selectNodes(picture, selector, seed);
    const displaced = hit.filter(({ tier }) => tier === 'worker').slice(0, mostDisplaced);
    return {
      parameters: { ...describeSelector(selector), taken },
      victims: { hosts: [...new Set(hit.map(({ host }) => host))], nodes: namesOf(hit) },
      sides: [{ name: 'all', nodes: namesOf(picture.nodes) }],
      deaf: [],
      actions: [
        { by: 'node', request: { groups: [namesOf(displaced)], down: [{ group: 0 }] }, fleeting: true },
        { by: 'node', request: { groups: [namesOf(hit)], ports: [{ group: 0, share: taken }] } },
      ],
      proof: { by: 'effects', ranges: { portsTaken: [1, Number.MAX_SAFE_INTEGER] } },
    };
  },
};
