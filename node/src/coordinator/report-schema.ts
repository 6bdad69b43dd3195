import * as z from 'zod/mini';
import { type BootstrapLoad, type HostReport, type NodeReport, networkEventTypes } from '../control/api.js';
import { tierSchema } from '../host/host-schema.js';

const count = z.number().check(z.gte(0));

const ID = /^[0-9a-f]{40}$/;
const STATES: readonly unknown[] = ['starting', 'attaching', 'joining', 'joined', 'failed', 'left'];
const TIERS: readonly unknown[] = tierSchema.options;

/** By hand: while a thousand nodes join, thousands of these are checked every second. */
function isNodeReport(value: unknown): value is NodeReport {
  if (typeof value !== 'object' || value === null) return false;
  const { name, id, address, port, tier, region, state, error, parent, bootstrap } = value as Record<
    string,
    unknown
  >;
  return (
    typeof name === 'string' &&
    typeof id === 'string' &&
    ID.test(id) &&
    typeof address === 'string' &&
    Number.isInteger(port) &&
    TIERS.includes(tier) &&
    typeof region === 'string' &&
    STATES.includes(state) &&
    (error === undefined || typeof error === 'string') &&
    (parent === undefined || typeof parent === 'string') &&
    (bootstrap === undefined || isBootstrapLoad(bootstrap))
  );
}

function isBootstrapLoad(value: unknown): value is BootstrapLoad {
  if (typeof value !== 'object' || value === null) return false;
  const { attached, capacity, promoted } = value as Record<string, unknown>;
  return typeof attached === 'number' && typeof capacity === 'number' && typeof promoted === 'boolean';
}

const event = z.looseObject({
  at: z.number(),
  type: z.enum(networkEventTypes),
});

/** What a host reports. */
export const hostReportSchema = z.object({
  name: z.string().check(z.minLength(1)),
  tiers: z.array(tierSchema),
  regions: z.array(z.string()),
  pid: z.int(),
  url: z.url(),
  startedAt: z.number(),
  uptimeMs: count,
  nodes: z.optional(z.array(z.custom<NodeReport>(isNodeReport))),
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
  settingsRevision: z.optional(z.int().check(z.gte(0))),
  specRevision: z.optional(z.int().check(z.gte(0))),
  events: z.array(event),
}) as z.ZodMiniType<HostReport>;
