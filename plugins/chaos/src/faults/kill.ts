import * as z from 'zod/mini';
import type { Action } from '../actions/action.js';
import type { Picture, Target } from '../picture.js';
import { hostsOf, requireSomeLeft, selectHosts, selectNodes } from '../selection/select.js';
import {
  describeSelector,
  isEmpty,
  type Selector,
  selectorOf,
  selectorShape,
} from '../selection/selector.js';
import type { Fault } from './fault.js';
import { namesOf, othersThan } from './names.js';

export interface KillParameters extends Selector {
  /** `count` and `share` count hosts, and each host that runs a node which is meant dies with all its nodes. */
  wholeHosts: boolean;
  /** They stay dead. */
  keep: boolean;
}

/** Nodes die without a word. A host all of whose nodes are meant is killed as a whole. */
export const kill: Fault<KillParameters> = {
  kind: 'kill',
  parameters: z.object({
    ...selectorShape,
    wholeHosts: z._default(z.boolean(), false),
    keep: z._default(z.boolean(), false),
  }) as z.ZodMiniType<KillParameters>,
  plan: (picture, { wholeHosts, keep, ...given }, seed) => {
    const selector = isEmpty(given) ? ({ tier: 'super', count: 1 } as const) : selectorOf(given);
    const hit = wholeHosts
      ? selectHosts(picture, selector, seed).flatMap(({ nodes }) => nodes)
      : selectNodes(picture, selector, seed);
    requireSomeLeft(picture, hit, 'die');
    const hosts = killedHosts(picture, hit);
    return {
      parameters: { ...describeSelector(selector), ...(wholeHosts && { wholeHosts }), ...(keep && { keep }) },
      victims: { hosts: hosts.map(({ name }) => name), nodes: namesOf(hit) },
      sides: [
        { name: 'survivors', nodes: namesOf(othersThan(picture, hit)) },
        { name: 'killed', nodes: namesOf(hit), mute: true },
      ],
      deaf: [],
      actions: actionsOf(hit, new Set(hosts.map(({ name }) => name)), keep),
      proof: { by: 'reachability' },
    };
  },
};

/** Hosts none of whose nodes is left. */
function killedHosts(picture: Picture, hit: readonly Target[]) {
  const dead = new Set(hit);
  return hostsOf(picture).filter(({ nodes }) => nodes.every((node) => dead.has(node)));
}

function actionsOf(hit: readonly Target[], hosts: ReadonlySet<string>, keep: boolean): Action[] {
  const single = hit.filter(({ host }) => !hosts.has(host));
  const actions: Action[] = [];
  if (hosts.size > 0) actions.push({ by: 'crash', hosts: [...hosts], keep });
  if (single.length > 0) {
    const request = { groups: [namesOf(single)], down: [{ group: 0, ...(keep && { keep }) }] };
    actions.push({ by: 'node', request });
  }
  return actions;
}
