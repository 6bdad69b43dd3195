import * as z from 'zod/mini';
import type { HostReport } from '../control/api.js';
import { tierSchema } from '../host/host-schema.js';

const count = z.number().check(z.gte(0));

const nodeReport = z.object({
  name: z.string(),
  id: z.string().check(z.regex(/^[0-9a-f]{40}$/)),
  address: z.string(),
  port: z.int(),
  tier: tierSchema,
  state: z.enum(['starting', 'attaching', 'joining', 'joined', 'failed', 'left']),
  error: z.optional(z.string()),
});

const event = z.looseObject({
  at: z.number(),
  type: z.enum(['progress', 'joined', 'failed', 'left', 'host-up', 'host-lost', 'ready']),
});

/** What a host reports. */
export const hostReportSchema = z.object({
  name: z.string().check(z.minLength(1)),
  tier: tierSchema,
  region: z.string(),
  pid: z.int(),
  url: z.url(),
  startedAt: z.number(),
  nodes: z.optional(z.array(nodeReport)),
  load: z.object({ cpuSeconds: count, memoryBytes: count, eventLoopP99Ms: count }),
  traffic: z.object({
    datagramsSent: count,
    datagramsReceived: count,
    bytesSent: count,
    bytesReceived: count,
    datagramsDropped: count,
    requestsSent: count,
    requestsFailed: count,
    refreshDatagrams: count,
  }),
  events: z.array(event),
}) as z.ZodMiniType<HostReport>;
