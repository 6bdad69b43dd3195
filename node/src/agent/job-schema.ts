import * as z from 'zod/mini';
import { parseSpec } from '../control/validate.js';
import { addressSchema } from '../host/host-schema.js';
import type { AgentJob } from './job.js';

// What goes into a ruleset is nothing but numbers, dots and colons, and names without any sign that means something.
const place = z.string().check(z.regex(/^\d+\.\d+\.\d+\.\d+:\d{1,5}$/));
const table = z.string().check(z.regex(/^cqkd_[\w.-]{1,100}$/));
const groupIndex = z.int().check(z.gte(0));

const targets = z.array(
  z.object({
    name: z.string().check(z.minLength(1)),
    containerId: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    pid: z.int().check(z.gte(1)),
    addresses: z.array(addressSchema),
  }),
);

const agentJobSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('cut'),
    table,
    // A timer of Node takes no more.
    ttlMs: z.int().check(z.gte(1), z.lte(2 ** 31 - 1)),
    groups: z.array(z.array(place)),
    deaf: z.array(z.tuple([groupIndex, groupIndex])),
    wholeAddresses: z.array(addressSchema),
    targets,
  }),
  z.object({ do: z.literal('clean'), table: z.nullable(table), targets }),
]);

/** Parses the job of an agent. @throws SpecError */
export function parseAgentJob(json: string): AgentJob {
  return parseSpec(agentJobSchema as z.ZodMiniType<AgentJob>, json, 'The job of the agent');
}
