import * as z from 'zod/mini';
import { requireSomeLeft, selectHosts } from '../selection/select.js';
import { describeSelector, isEmpty, type Selector, selectorShape } from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan } from './names.js';

/** Hosts freeze where they are: what is sent to them waits, and is read when they go on. */
export const pause: Fault<Selector> = {
  kind: 'pause',
  parameters: z.object(selectorShape) as z.ZodMiniType<Selector>,
  plan: (picture, given, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'worker', count: 1 } as const) : given;
    const chosen = selectHosts(picture, selector, seed);
    const hit = chosen.flatMap(({ nodes }) => nodes);
    requireSomeLeft(picture, hit, 'freeze');
    const hosts = chosen.map(({ name }) => name);
    return {
      parameters: describeSelector(selector),
      victims: { hosts, nodes: namesOf(hit) },
      sides: [
        { name: 'others', nodes: namesOf(othersThan(picture, hit)) },
        { name: 'frozen', nodes: namesOf(hit), mute: true },
      ],
      deaf: [],
      actions: [{ by: 'pause', hosts }],
      proof: { by: 'reachability' },
    };
  },
};
