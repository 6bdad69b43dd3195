import { UsageError } from '@cqkd/harness';
import * as z from 'zod/mini';
import type { Fault } from './fault.js';
import type { FaultPlan } from './fault-plan.js';
import { namesOf } from './names.js';

export interface OverloadParameters {
  /** The network grows to so many. */
  workers?: number | undefined;
  /** So many lookups at a time. */
  operations?: number | undefined;
}

/** Section 8 of the requirements: the overload test has 1500 workers. */
const defaultWorkers = 1500;
/** What the coordinator takes at a time. */
const mostOperations = 1000;

/** More workers, or more operations at a time, than the network was planned for. */
export const overload: Fault<OverloadParameters> = {
  kind: 'overload',
  parameters: z.object({
    workers: z.optional(z.int().check(z.gte(1), z.lte(20_000))),
    operations: z.optional(z.int().check(z.gte(1), z.lte(mostOperations))),
  }) as z.ZodMiniType<OverloadParameters>,
  plan: ({ nodes, workers: previousWorkers }, { workers, operations }): FaultPlan => {
    if (workers !== undefined && operations !== undefined)
      throw new UsageError('overload takes either workers or operations, got both: drop one of them');
    const rest = {
      victims: { hosts: [], nodes: namesOf(nodes) },
      sides: [{ name: 'all', nodes: namesOf(nodes) }],
      deaf: [],
    };
    if (operations !== undefined) {
      return {
        ...rest,
        parameters: { operations },
        actions: [{ by: 'load', operations }],
        proof: { by: 'operations', count: operations },
      };
    }
    const wanted = workers ?? defaultWorkers;
    if (wanted <= previousWorkers)
      throw new UsageError(
        `The network has ${previousWorkers} workers already: overload takes more of them, got ${wanted}`,
      );
    return {
      ...rest,
      parameters: { workers: wanted },
      actions: [{ by: 'scale', workers: wanted, previousWorkers }],
      proof: { by: 'workers', count: wanted },
    };
  },
};
