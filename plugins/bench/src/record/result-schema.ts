import { z } from 'zod';
import type { BenchResult } from '../measurement.js';

const unit = z.enum(['seconds', 'ms', 'us', 'bytes', 'percent', 'ratio', 'per_second', 'count']);
const pair = z.tuple([z.number(), z.number()]);
const moment = z.iso.datetime({ offset: true });
/** JSON knows no infinity: it has become null. */
const amount = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY);

const measurement = z.object({
  id: z.string().min(1),
  title: z.string(),
  unit,
  better: z.enum(['higher', 'lower']).nullable(),
  calibration: z.enum(['udp', 'codec']).nullable(),
  values: z.array(z.number()),
  calibrations: z.array(z.number()),
  mean: z.number(),
  interval: pair.nullable(),
});

const histogram = z.object({
  id: z.string().min(1),
  title: z.string(),
  unit: z.enum(['ms', 'us']),
  count: z.int().min(0),
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  percentiles: z.array(pair),
  encoded: z.string(),
});

const curve = z.object({
  id: z.string().min(1),
  title: z.string(),
  x: z.object({ title: z.string(), unit, scale: z.enum(['linear', 'log']) }),
  y: z.object({ title: z.string(), unit }),
  lines: z.array(
    z.object({ name: z.string(), kind: z.enum(['measured', 'predicted']), points: z.array(pair) }),
  ),
});

const suite = z.object({
  id: z.string().min(1),
  title: z.string(),
  seconds: z.number(),
  repetitions: z.int().min(0),
  ended: z.enum(['narrow', 'time', 'repetitions']),
  saturated: z.boolean(),
  unit: unit.nullable(),
  values: z.array(z.number()),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  measurements: z.array(measurement),
  histograms: z.array(histogram),
  curves: z.array(curve),
  notes: z.array(z.string()),
  skipped: z.string().optional(),
});

const comparison = z.object({
  file: z.string(),
  at: moment,
  sameMachine: z.boolean(),
  limitPercent: z.number(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  measurements: z.array(
    z.object({
      id: z.string(),
      before: z.number(),
      after: z.number(),
      ratio: z.number(),
      interval: pair.nullable(),
      verdict: z.enum(['better', 'same', 'worse', "can't tell"]),
    }),
  ),
});

/** What `--save` of bench writes. */
export const benchResult = z.object({
  version: z.literal(1),
  at: moment,
  seed: z.int(),
  workers: z.int().min(0),
  seconds: z.number(),
  machine: z.object({
    cores: z.number(),
    memoryBytes: amount,
    platform: z.string(),
    openFiles: amount,
    processes: amount,
    neighbours: amount,
    nodeVersion: z.string().default('unknown'),
    udpMicroseconds: z.number().nullable().default(null),
    kind: z.string(),
  }),
  suites: z.array(suite),
  comparison: comparison.nullable(),
}) satisfies z.ZodType<BenchResult>;
