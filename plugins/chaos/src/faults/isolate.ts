import * as z from 'zod/mini';
import { apart } from '../partition/cut.js';
import { requireSomeLeft, selectHosts } from '../selection/select.js';
import { describeSelector, isEmpty, type Selector, selectorShape } from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan } from './names.js';
import { planOfCut } from './partition.js';

/** Hosts are cut off from all others, and from each other, as if their cables were pulled. */
export const isolate: Fault<Selector> = {
  kind: 'isolate',
  parameters: z.object(selectorShape) as z.ZodMiniType<Selector>,
  plan: (picture, given, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'worker', count: 1 } as const) : given;
    const hosts = selectHosts(picture, selector, seed);
    const hit = hosts.flatMap(({ nodes }) => nodes);
    requireSomeLeft(picture, hit, 'cut off');
    const sides = [
      { name: 'others', nodes: namesOf(othersThan(picture, hit)) },
      ...hosts.map(({ name, nodes }) => ({ name, nodes: namesOf(nodes) })),
    ];
    return planOfCut(apart(sides), describeSelector(selector), {
      hosts: hosts.map(({ name }) => name),
      nodes: namesOf(hit),
    });
  },
};
