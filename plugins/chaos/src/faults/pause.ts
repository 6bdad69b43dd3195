import * as z from 'zod/mini';
import type { Action } from '../actions/action.js';
import { gateway, type Picture, type Target } from '../picture.js';
import { requireSomeLeft, selectParts } from '../selection/select.js';
import { describeSelector, isEmpty, type Selector, selectorShape } from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan, wholeHosts } from './names.js';

/**
 * Hosts freeze where they are: what is sent to them waits, and is read when they go on.
 *
 * Nodes of a host that others share can't be frozen by the system: they neither hear nor speak, by their own filter.
 */
export const pause: Fault<Selector> = {
  kind: 'pause',
  parameters: z.object(selectorShape) as z.ZodMiniType<Selector>,
  plan: (picture, given, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'super', count: 1 } as const) : given;
    const parts = selectParts(picture, selector, seed);
    const hit = parts.flatMap(({ nodes }) => nodes);
    requireSomeLeft(picture, hit, 'freeze');
    const hosts = wholeHosts(parts);
    const silenced = parts.filter(({ isWhole }) => !isWhole).flatMap(({ nodes }) => nodes);
    return {
      parameters: describeSelector(selector),
      victims: { hosts, nodes: namesOf(hit) },
      sides: [
        { name: 'others', nodes: namesOf(othersThan(picture, hit)) },
        { name: 'frozen', nodes: namesOf(hit), mute: true },
      ],
      deaf: [],
      actions: [
        ...(hosts.length > 0 ? [{ by: 'pause' as const, hosts }] : []),
        ...(silenced.length > 0 ? [silence(picture, silenced)] : []),
      ],
      proof: { by: 'reachability' },
    };
  },
};

/** They hear nothing, and others hear nothing of them. */
function silence(picture: Picture, nodes: readonly Target[]): Action {
  const others = [...namesOf(othersThan(picture, nodes)), gateway];
  return {
    by: 'node',
    request: {
      groups: [namesOf(nodes), others],
      degraded: [{ group: 0, degradation: { loss: 1 } }],
      deaf: [[1, 0]],
    },
  };
}
