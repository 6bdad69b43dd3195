import * as z from 'zod/mini';
import { type MetricId, metricIds } from '../gate/metrics.js';
import type { PastRun } from '../gate/trend.js';
import { networkPaths } from '../state/paths.js';
import { readRuns } from '../state/run-records.js';

/** A recorded run of verify; of a soak also each of its hours. */
export interface VerifyRun extends PastRun {
  workers: number;
  /** Which hour of a soak, from 1; null for a run as a whole. */
  hour: number | null;
}

const runSchema = z.object({
  workers: z.int(),
  soak: z.optional(z.nullable(z.object({ hour: z.nullable(z.int()) }))),
  metrics: z.array(
    z.object({
      id: z.string(),
      value: z.nullable(z.number()),
      status: z.enum(['pass', 'warn', 'fail', 'unknown']),
    }),
  ),
});

/**
 * The runs of verify that a network has on record, oldest first.
 *
 * @param workers only those of a network of this size: others say nothing about it
 */
export function verifyRuns(root: string, network: string, workers: number): VerifyRun[] {
  return readRuns(networkPaths(root, network)).flatMap(({ at, command, result }) => {
    if (command !== 'verify') return [];
    const run = runSchema.safeParse(result);
    if (!run.success || run.data.workers !== workers) return [];
    const known = run.data.metrics.filter(({ id }) => (metricIds as readonly string[]).includes(id));
    const metrics = known.map((metric) => ({ ...metric, id: metric.id as MetricId }));
    return [{ at, workers, hour: run.data.soak?.hour ?? null, metrics }];
  });
}
