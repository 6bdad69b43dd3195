import * as z from 'zod/mini';
import { apart } from '../partition/cut.js';
import { requireSomeLeft, selectParts } from '../selection/select.js';
import { describeSelector, isEmpty, type Selector, selectorShape } from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan, wholeHosts } from './names.js';
import { planOfCut } from './partition.js';

/** Hosts, or nodes of a shared host, are cut off from all others, as if a cable were pulled. */
export const isolate: Fault<Selector> = {
  kind: 'isolate',
  parameters: z.object(selectorShape) as z.ZodMiniType<Selector>,
  plan: (picture, given, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'worker', count: 1 } as const) : given;
    const parts = selectParts(picture, selector, seed);
    const hit = parts.flatMap(({ nodes }) => nodes);
    requireSomeLeft(picture, hit, 'cut off');
    const sides = [
      { name: 'others', nodes: namesOf(othersThan(picture, hit)) },
      ...parts.map(({ name, nodes }) => ({ name, nodes: namesOf(nodes) })),
    ];
    return planOfCut(apart(sides), describeSelector(selector), {
      hosts: wholeHosts(parts),
      nodes: namesOf(hit),
    });
  },
};
