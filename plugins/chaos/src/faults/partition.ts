import * as z from 'zod/mini';
import type { Cut } from '../partition/cut.js';
import { cutBy, type Shape, shapes } from '../partition/shapes.js';
import { gateway } from '../picture.js';
import type { Fault } from './fault.js';
import type { FaultPlan } from './fault-plan.js';

export interface PartitionParameters {
  shape: Shape;
}

/** Sides that hear nothing of one another. */
export const partition: Fault<PartitionParameters> = {
  kind: 'partition',
  parameters: z.object({ shape: z._default(z.enum(shapes), 'halves') }) as z.ZodMiniType<PartitionParameters>,
  plan: ({ nodes }, { shape }, seed) => planOfCut(cutBy(shape, nodes, seed), { shape }),
};

/** A cut by the kernel, or by the nodes' own filter where there is none. */
export function planOfCut(
  { sides, deaf }: Cut,
  parameters: FaultPlan['parameters'],
  victims: FaultPlan['victims'] = { hosts: [], nodes: sides.flatMap(({ nodes }) => nodes) },
): FaultPlan {
  const groups = sides.map(({ nodes }, index) => (index === 0 ? [...nodes, gateway] : nodes));
  return {
    parameters,
    victims,
    sides,
    deaf,
    actions: [{ by: 'kernel', groups, deaf }],
    proof: { by: 'reachability' },
  };
}
